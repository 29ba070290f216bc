package io.lesnode.devp2p.discovery.v5;

import java.net.InetSocketAddress;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;

/** Answers TALKREQ messages of one protocol, such as {@code vfx}; called on the discovery loop. */
@FunctionalInterface
public interface TalkHandler {
  /**
   * Answers a request.
   *
   * @param node the hash of the asking node, whose identity is proven
   * @param from its endpoint
   * @return the answer, at most about 1100 bytes; empty to refuse
   */
  Bytes answer(Bytes32 node, InetSocketAddress from, Bytes request);
}
