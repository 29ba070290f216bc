package io.lesnode.devp2p;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/**
 * Prints addresses as Go does: IPv6 compressed (RFC 5952), in brackets when a port follows.
 * Stateless.
 */
public final class IpText {
  private IpText() {}

  /** The address as the host of a URL. */
  static String of(InetAddress address) {
    return address instanceof Inet6Address ? '[' + plain(address) + ']' : plain(address);
  }

  /** The address and port, {@code 127.0.0.1:30303} or {@code [::1]:30303}. */
  public static String of(InetSocketAddress endpoint) {
    return of(endpoint.getAddress()) + ':' + endpoint.getPort();
  }

  /** The address alone, without brackets. */
  public static String plain(InetAddress address) {
    return address instanceof Inet6Address ? compressed(address.getAddress()) : dotted(address);
  }

  private static String dotted(InetAddress address) {
    byte[] bytes = address.getAddress();
    return (bytes[0] & 0xff)
        + "."
        + (bytes[1] & 0xff)
        + "."
        + (bytes[2] & 0xff)
        + "."
        + (bytes[3] & 0xff);
  }

  private static String compressed(byte[] bytes) {
    int[] groups = new int[8];
    for (int i = 0; i < 8; i++) {
      groups[i] = (bytes[2 * i] & 0xff) << 8 | (bytes[2 * i + 1] & 0xff);
    }
    int longestStart = -1;
    int longestLength = 1; // a single zero group is not compressed
    for (int i = 0; i < 8; i++) {
      int length = 0;
      while (i + length < 8 && groups[i + length] == 0) {
        length++;
      }
      if (length > longestLength) {
        longestStart = i;
        longestLength = length;
      }
    }
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 8; i++) {
      if (i == longestStart) {
        text.append("::");
        i += longestLength - 1;
        continue;
      }
      if (!text.isEmpty() && text.charAt(text.length() - 1) != ':') {
        text.append(':');
      }
      text.append(Integer.toHexString(groups[i]));
    }
    return text.toString();
  }
}
