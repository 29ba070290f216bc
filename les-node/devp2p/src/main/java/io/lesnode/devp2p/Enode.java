package io.lesnode.devp2p;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where a node can be reached, written as an enode URL: {@code enode://<128 hex
 * digits>@host:port?discport=port}, or without the part from {@code @} when only the identity is
 * known.
 *
 * @param nodeId who it is
 * @param address its IP address, null if unknown
 * @param tcpPort its RLPx port, 0 if it does not listen or the address is unknown
 * @param udpPort its discovery port, 0 if it has none
 */
public record Enode(NodeId nodeId, @Nullable InetAddress address, int tcpPort, int udpPort) {
  private static final String SCHEME = "enode://";
  private static final String DISCPORT = "discport=";
  private static final int PORT_MAX = 0xffff;

  /** Checks the ports. */
  public Enode {
    if (tcpPort < 0 || tcpPort > PORT_MAX || udpPort < 0 || udpPort > PORT_MAX) {
      throw new IllegalArgumentException(
          "ports are 0 to 65535: tcp " + tcpPort + ", udp " + udpPort);
    }
  }

  /**
   * Reads an enode URL. A host that is no IP address is looked up, which may block.
   *
   * @throws IllegalArgumentException saying what is wrong and what the form is
   */
  public static Enode parse(String url) {
    try {
      return parseStrictly(url.strip());
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "invalid enode URL \""
              + abbreviated(url)
              + "\": "
              + e.getMessage()
              + "; expected enode://<128 hex digits>@<ip>:<port>",
          e);
    }
  }

  private static Enode parseStrictly(String url) {
    String rest = url.startsWith(SCHEME) ? url.substring(SCHEME.length()) : url;
    int at = rest.indexOf('@');
    if (at < 0) {
      return new Enode(NodeId.fromHex(rest), null, 0, 0);
    }
    if (!url.startsWith(SCHEME)) {
      throw new IllegalArgumentException("it must start with " + SCHEME);
    }
    NodeId nodeId = NodeId.fromHex(rest.substring(0, at));
    String endpoint = rest.substring(at + 1);
    int question = endpoint.indexOf('?');
    String query = question < 0 ? "" : endpoint.substring(question + 1);
    String hostAndPort = question < 0 ? endpoint : endpoint.substring(0, question);
    int colon = hostAndPort.lastIndexOf(':');
    if (colon < 0) {
      throw new IllegalArgumentException("the port is missing");
    }
    int tcpPort = port(hostAndPort.substring(colon + 1), "port");
    return new Enode(
        nodeId, address(hostAndPort.substring(0, colon)), tcpPort, discoveryPort(query, tcpPort));
  }

  private static int discoveryPort(String query, int tcpPort) {
    if (query.isEmpty()) {
      return tcpPort;
    }
    if (!query.startsWith(DISCPORT)) {
      throw new IllegalArgumentException("only discport may follow the question mark");
    }
    return port(query.substring(DISCPORT.length()), "discport");
  }

  private static int port(String digits, String what) {
    boolean plain = !digits.isEmpty() && digits.length() <= 5;
    for (int i = 0; i < digits.length(); i++) {
      plain &= digits.charAt(i) >= '0' && digits.charAt(i) <= '9';
    }
    int port = plain ? Integer.parseInt(digits) : -1;
    if (port < 0 || port > PORT_MAX) {
      throw new IllegalArgumentException("invalid " + what + " \"" + abbreviated(digits) + '"');
    }
    return port;
  }

  private static InetAddress address(String host) {
    boolean bracketed = host.startsWith("[") && host.endsWith("]");
    if (host.isEmpty() || host.indexOf(':') >= 0 != bracketed) {
      throw new IllegalArgumentException(
          "the host must be an IPv4 address, an IPv6 address in brackets or a name");
    }
    try {
      return InetAddress.getByName(host);
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException("no address is known for host " + abbreviated(host), e);
    }
  }

  private static String abbreviated(String text) {
    return text.length() <= 200 ? text : text.substring(0, 200) + "…";
  }

  /** The TCP endpoint to dial, if the address and the port are known. */
  public Optional<InetSocketAddress> endpoint() {
    return address == null || tcpPort == 0
        ? Optional.empty()
        : Optional.of(new InetSocketAddress(address, tcpPort));
  }

  /** The enode URL as geth prints it. */
  @Override
  public String toString() {
    InetAddress host = address;
    if (host == null) {
      return SCHEME + nodeId.toHex();
    }
    String discport = udpPort == tcpPort ? "" : "?" + DISCPORT + udpPort;
    return SCHEME + nodeId.toHex() + '@' + IpText.of(host) + ':' + tcpPort + discport;
  }
}
