package io.lesnode.les.server;

import io.lesnode.devp2p.IpText;
import io.lesnode.flowcontrol.pool.ClientId;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;

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

  /** The name of a client at an address. */
  String of(InetAddress address, ClientId client) {
    if (address.isLoopbackAddress() || address.isAnyLocalAddress()) {
      return ofUnknown(client);
    }
    byte[] bytes = address.getAddress();
    int prefixBits = address instanceof Inet4Address ? ipv4PrefixBits : ipv6PrefixBits;
    clear(bytes, prefixBits);
    String text = IpText.plain(ofBytes(bytes));
    return prefixBits == 8 * bytes.length ? text : text + "/" + prefixBits;
  }

  /** The name of a client whose address is not known. */
  String ofUnknown(ClientId client) {
    return client.toString();
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

  private static InetAddress ofBytes(byte[] bytes) {
    try {
      return InetAddress.getByAddress(bytes);
    } catch (UnknownHostException impossible) {
      throw new IllegalStateException("An address of " + bytes.length + " bytes", impossible);
    }
  }
}
