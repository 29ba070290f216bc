package io.lesnode.app.node;

import io.lesnode.app.config.PeerSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;

/** Opens ports, telling a person in plain words when one cannot be had. */
final class Listening {
  private Listening() {}

  /** Something that binds an address. */
  @FunctionalInterface
  interface Binding<T> {
    T bind() throws IOException;
  }

  static InetSocketAddress address(String host, int port, String flag) {
    try {
      return new InetSocketAddress(InetAddress.getAllByName(host)[0], port);
    } catch (UnknownHostException unknown) {
      throw new NodeFailure(
          "cannot listen on " + host, "it is not an address", "Correct " + flag, unknown);
    }
  }

  static InetSocketAddress address(PeerSettings peers) {
    return address(peers.address(), peers.port(), "--listen.addr");
  }

  static <T> T open(String what, InetSocketAddress address, String flag, Binding<T> binding) {
    try {
      return binding.bind();
    } catch (IOException cannot) {
      throw new NodeFailure(
          "cannot listen for "
              + what
              + " on "
              + address.getAddress().getHostAddress()
              + ":"
              + address.getPort(),
          reason(cannot),
          "Stop the program that uses the port, or choose another with "
              + flag
              + " (0 takes a free one)",
          cannot);
    }
  }

  private static String reason(IOException cannot) {
    String message = String.valueOf(cannot.getMessage());
    return message.contains("in use") ? "the port is in use by another program" : message;
  }

  /** The URL of an address; one that means all networks becomes the loopback one. */
  static String url(String scheme, InetSocketAddress address) {
    String host =
        address.getAddress().isAnyLocalAddress()
            ? "127.0.0.1"
            : address.getAddress().getHostAddress();
    return scheme
        + "://"
        + (host.contains(":") ? "[" + host + "]" : host)
        + ":"
        + address.getPort();
  }
}
