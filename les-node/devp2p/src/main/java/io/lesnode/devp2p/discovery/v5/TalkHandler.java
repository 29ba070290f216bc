package io.lesnode.devp2p.discovery.v5;

import java.net.InetSocketAddress;
import java.util.function.Consumer;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;

/**
 * Answers TALKREQ messages of one protocol, such as {@code vfx}. Called on the discovery loop: it
 * must not block, but may answer later and from any thread.
 */
@FunctionalInterface
public interface TalkHandler {
  /**
   * Answers a request.
   *
   * @param node the hash of the asking node, whose identity is proven
   * @param from its endpoint
   * @param reply takes the answer, at most about 1100 bytes; empty to refuse
   */
  void onRequest(Bytes32 node, InetSocketAddress from, Bytes request, Consumer<Bytes> reply);
}
