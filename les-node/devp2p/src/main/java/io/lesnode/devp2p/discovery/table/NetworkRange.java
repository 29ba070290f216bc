package io.lesnode.devp2p.discovery.table;

import io.lesnode.devp2p.IpText;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A range of addresses in the form {@code 10.0.0.0/8}. Immutable.
 *
 * @param base its first address
 * @param prefixBits how many leading bits count
 */
public record NetworkRange(InetAddress base, int prefixBits) {
  private static final int RANGES_MAX = 256;

  /** Checks the prefix. */
  public NetworkRange {
    if (prefixBits < 0 || prefixBits > 8 * base.getAddress().length) {
      throw new IllegalArgumentException(
          "a prefix of " + prefixBits + " bits does not fit " + IpText.plain(base));
    }
  }

  /**
   * Reads {@code address/bits}; names are not looked up.
   *
   * @throws IllegalArgumentException if it is anything else
   */
  public static NetworkRange parse(String text) {
    int slash = text.indexOf('/');
    String host = slash < 0 ? "" : text.substring(0, slash);
    String bits = slash < 0 ? "" : text.substring(slash + 1);
    if (!host.matches("[0-9.]{7,15}|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*") || !bits.matches("\\d{1,3}")) {
      throw new IllegalArgumentException(
          "'" + text + "' is no network; write it like 10.0.0.0/8 or fd00::/8");
    }
    try {
      return new NetworkRange(InetAddress.getByName(host), Integer.parseInt(bits));
    } catch (UnknownHostException wrong) {
      throw new IllegalArgumentException("'" + host + "' is no IP address", wrong);
    }
  }

  /**
   * Reads several, separated by commas.
   *
   * @throws IllegalArgumentException if one is wrong or there are too many
   */
  public static List<NetworkRange> parseList(String text) {
    List<NetworkRange> ranges = new ArrayList<>();
    for (String part : text.split(",", -1)) {
      if (!part.isBlank()) {
        ranges.add(parse(part.strip()));
      }
    }
    if (ranges.size() > RANGES_MAX) {
      throw new IllegalArgumentException("more than " + RANGES_MAX + " networks");
    }
    return List.copyOf(ranges);
  }

  /** Whether an address is within. */
  public boolean contains(InetAddress address) {
    return samePrefix(base.getAddress(), address.getAddress(), prefixBits);
  }

  static boolean samePrefix(byte[] a, byte[] b, int bits) {
    if (a.length != b.length) {
      return false;
    }
    int whole = bits / 8;
    if (!Arrays.equals(a, 0, whole, b, 0, whole)) {
      return false;
    }
    int rest = bits % 8;
    int mask = 0xff << (8 - rest) & 0xff;
    return rest == 0 || ((a[whole] ^ b[whole]) & mask) == 0;
  }

  /** The form that {@link #parse} reads. */
  @Override
  public String toString() {
    return IpText.plain(base) + "/" + prefixBits;
  }
}
