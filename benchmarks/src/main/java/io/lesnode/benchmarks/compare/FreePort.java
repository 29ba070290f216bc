package io.lesnode.benchmarks.compare;

import io.lesnode.app.node.NodeFailure;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;

/** Finds ports for programs that cannot choose one themselves. Stateless. */
final class FreePort {
  private FreePort() {}

  /** A TCP port of the loopback interface that nobody uses now. */
  static int next() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException none) {
      throw new NodeFailure(
          "there is no free port on the loopback interface", none.toString(), "", none);
    }
  }
}
