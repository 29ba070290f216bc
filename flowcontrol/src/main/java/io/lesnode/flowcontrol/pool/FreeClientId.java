package io.lesnode.flowcontrol.pool;

import java.util.Arrays;
import java.util.HexFormat;

/**
 * Whom a client without tokens is taken for: its network, because a new node id costs nothing.
 *
 * <p>An IPv4 address counts as itself and an IPv6 address as its /64, which is what one subscriber
 * gets; both lengths can be chosen. A client on the same machine, or one whose address is not
 * known, is taken for its node id.
 *
 * <p>Differs from geth, where every IPv6 address is a client of its own (FreeClientIdTest). The
 * text of an address of full length is geth's, because balances are stored under it.
 *
 * <p>Reference: geth v1.10.26, les/peer.go, FreeClientId.
 *
 * @param ipv4PrefixBits how many leading bits of an IPv4 address count, 1 to 32
 * @param ipv6PrefixBits how many leading bits of an IPv6 address count, 1 to 128
 */
public record FreeClientId(int ipv4PrefixBits, int ipv6PrefixBits) {

  /** IPv4 /32, IPv6 /64. */
  public static final FreeClientId DEFAULT = new FreeClientId(32, 64);

  private static final int IPV4_BYTES = 4;
  private static final int IPV6_BYTES = 16;
  private static final byte IPV4_LOOPBACK = 127;

  /** Prefix lengths lie within an address. */
  public FreeClientId {
    if (ipv4PrefixBits < 1 || ipv4PrefixBits > 32) {
      throw new IllegalArgumentException(
          "The IPv4 prefix of free clients must be 1 to 32 bits, not " + ipv4PrefixBits);
    }
    if (ipv6PrefixBits < 1 || ipv6PrefixBits > 128) {
      throw new IllegalArgumentException(
          "The IPv6 prefix of free clients must be 1 to 128 bits, not " + ipv6PrefixBits);
    }
  }

  /**
   * The name of a client at an address.
   *
   * @param address 4 bytes, or 16; not kept
   */
  public String of(byte[] address, ClientId client) {
    if (address.length != IPV4_BYTES && address.length != IPV6_BYTES) {
      throw new IllegalArgumentException("No address has " + address.length + " bytes");
    }
    if (isLocal(address)) {
      return ofUnknown(client);
    }
    byte[] bytes = address.clone();
    boolean ipv4 = bytes.length == IPV4_BYTES;
    int prefixBits = ipv4 ? ipv4PrefixBits : ipv6PrefixBits;
    clear(bytes, prefixBits);
    String text = ipv4 ? dotted(bytes) : colons(bytes);
    return prefixBits == 8 * bytes.length ? text : text + "/" + prefixBits;
  }

  /** The name of a client whose address is not known. */
  public String ofUnknown(ClientId client) {
    return client.toString();
  }

  /** Loopback (127.0.0.0/8, ::1) or no address (all zero). */
  private static boolean isLocal(byte[] address) {
    if (address.length == IPV4_BYTES && address[0] == IPV4_LOOPBACK) {
      return true;
    }
    for (int i = 0; i < address.length - 1; i++) {
      if (address[i] != 0) {
        return false;
      }
    }
    byte last = address[address.length - 1];
    return last == 0 || (last == 1 && address.length == IPV6_BYTES);
  }

  private static void clear(byte[] bytes, int prefixBits) {
    int whole = prefixBits / 8;
    int rest = prefixBits % 8;
    if (rest != 0) {
      bytes[whole] &= (byte) (0xff << (8 - rest));
      whole++;
    }
    Arrays.fill(bytes, whole, bytes.length, (byte) 0);
  }

  private static String dotted(byte[] bytes) {
    return (bytes[0] & 0xff)
        + "."
        + (bytes[1] & 0xff)
        + "."
        + (bytes[2] & 0xff)
        + "."
        + (bytes[3] & 0xff);
  }

  /** The form of RFC 5952: the longest run of zero groups is left out. */
  private static String colons(byte[] bytes) {
    int[] groups = new int[8];
    for (int i = 0; i < 8; i++) {
      groups[i] = ((bytes[2 * i] & 0xff) << 8) | (bytes[2 * i + 1] & 0xff);
    }
    int runStart = -1;
    int runLength = 1;
    for (int i = 0; i < 8; i++) {
      int length = 0;
      while (i + length < 8 && groups[i + length] == 0) {
        length++;
      }
      if (length > runLength) {
        runStart = i;
        runLength = length;
      }
    }
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 8; i++) {
      if (i == runStart) {
        text.append("::");
        i += runLength - 1;
        continue;
      }
      if (!text.isEmpty() && text.charAt(text.length() - 1) != ':') {
        text.append(':');
      }
      text.append(
          HexFormat.of().withLowerCase().toHexDigits(groups[i], 4).replaceFirst("^0{1,3}", ""));
    }
    return text.toString();
  }
}
