package io.lesnode.devp2p;

import io.lesnode.devp2p.rlpx.Frame;
import io.lesnode.primitives.rlp.RlpException;
import java.util.List;

/** What the first message of the remote side amounts to. */
sealed interface Greeting {
  /**
   * We can talk.
   *
   * @param hello what it announced
   * @param shared the capabilities in common, at least one
   * @param snappy whether messages are compressed from now on
   */
  record Accepted(Hello hello, List<SharedCapability> shared, boolean snappy) implements Greeting {}

  /**
   * We cannot talk.
   *
   * @param reason what to tell the remote side
   * @param what for our log
   * @param snappy whether the Disconnect has to be compressed
   */
  record Refused(DisconnectReason reason, String what, boolean snappy) implements Greeting {}

  /**
   * The remote side does not want to talk.
   *
   * @param reason what it told us
   */
  record Declined(DisconnectReason reason) implements Greeting {}

  /**
   * Judges the first frame.
   *
   * @param remote who the handshake proved the remote side to be
   * @param protocols what we offer
   */
  static Greeting judge(Frame frame, NodeId remote, List<SubProtocol> protocols) {
    if (frame.code() == BaseProtocol.DISCONNECT) {
      return new Declined(BaseProtocol.decodeDisconnect(frame.payload(), false));
    }
    if (frame.code() != BaseProtocol.HELLO) {
      return breach("the first message is not a Hello");
    }
    if (frame.payload().size() > Hello.LIMIT_BYTES) {
      return breach("Hello of " + frame.payload().size() + " bytes");
    }
    try {
      return judge(Hello.decode(frame.payload()), remote, protocols);
    } catch (RlpException e) {
      return breach("malformed Hello: " + e.getMessage());
    }
  }

  private static Greeting judge(Hello hello, NodeId remote, List<SubProtocol> protocols) {
    boolean snappy = Long.compareUnsigned(hello.version(), Hello.SNAPPY_VERSION) >= 0;
    if (!snappy && hello.version() < Hello.OLDEST_VERSION) {
      return new Refused(
          DisconnectReason.INCOMPATIBLE_VERSION, "p2p version " + hello.version(), false);
    }
    if (hello.nodeKey().size() != NodeId.SIZE_BYTES || hello.nodeKey().isZero()) {
      return new Refused(DisconnectReason.INVALID_IDENTITY, "no node key in the Hello", snappy);
    }
    if (!hello.nodeKey().equals(remote.publicKey())) {
      return new Refused(
          DisconnectReason.UNEXPECTED_IDENTITY, "another node key in the Hello", snappy);
    }
    List<SharedCapability> shared = SharedCapability.negotiate(protocols, hello.capabilities());
    if (shared.isEmpty()) {
      return new Refused(
          DisconnectReason.USELESS_PEER, "shares none of " + hello.capabilities(), snappy);
    }
    return new Accepted(hello, shared, snappy);
  }

  private static Refused breach(String what) {
    return new Refused(DisconnectReason.PROTOCOL_BREACH, what, false);
  }
}
