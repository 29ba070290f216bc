package io.lesnode.vipnode.pool;

import java.net.InetAddress;
import java.net.UnknownHostException;
import org.apache.tuweni.bytes.Bytes;

/**
 * Where clients dial a host. The node id is that of its connection, never of a text; the address is
 * where it connects from unless it names another; a port that it does not name is 30303.
 */
final class HostEndpoint {
  private static final int DEFAULT_PORT = 30_303;

  private HostEndpoint() {}

  /**
   * The URL of a host.
   *
   * @throws IllegalArgumentException if the address that it names cannot be dialled from elsewhere
   */
  static String enode(Member host, JoinFacts facts) {
    String address = facts.address().map(named -> named(host, named)).orElse(host.address());
    int port = facts.port() == 0 ? DEFAULT_PORT : facts.port();
    String literal = address.indexOf(':') >= 0 ? "[" + address + "]" : address;
    return "enode://" + host.nodeKey().toUnprefixedHexString() + "@" + literal + ":" + port;
  }

  private static String named(Member host, Bytes literal) {
    try {
      InetAddress address = InetAddress.getByAddress(literal.toArrayUnsafe());
      if (address.isAnyLocalAddress()) {
        return host.address();
      }
      if (address.isLoopbackAddress() && !isLoopback(host.address())) {
        throw new IllegalArgumentException(
            "the address "
                + address.getHostAddress()
                + " is of your own machine only; name one that clients can reach, or none");
      }
      return address.getHostAddress();
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException("an address has 4 or 16 bytes", e);
    }
  }

  private static boolean isLoopback(String address) {
    return address.startsWith("127.") || address.equals("::1") || address.equals("0:0:0:0:0:0:0:1");
  }
}
