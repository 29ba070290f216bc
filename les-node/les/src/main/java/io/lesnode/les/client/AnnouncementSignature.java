package io.lesnode.les.client;

import io.lesnode.devp2p.NodeId;
import io.lesnode.les.wire.LesCodec;
import io.lesnode.les.wire.LesMessage;
import io.lesnode.les.wire.LesWireException;
import io.lesnode.les.wire.StatusKeys;
import io.lesnode.primitives.crypto.Keccak;
import io.lesnode.primitives.crypto.Secp256k1;
import io.lesnode.primitives.crypto.Signature;
import java.util.Optional;
import org.apache.tuweni.bytes.Bytes;
import org.jspecify.annotations.Nullable;

/**
 * Whether an announcement is signed by the server that sent it (les.md 1.8; geth v1.10.26 {@code
 * les/protocol.go}, checkSignature). Stateless.
 */
final class AnnouncementSignature {
  private AnnouncementSignature() {}

  /** What is wrong with the signature, or null if it is that of {@code server}. */
  static @Nullable String fault(NodeId server, LesMessage.Announce announce) {
    Optional<Bytes> encoded;
    try {
      encoded = announce.update().bytes(StatusKeys.SIGNATURE);
    } catch (LesWireException e) {
      return "a malformed signature: " + e.getMessage();
    }
    if (encoded.isEmpty()) {
      return "a head without a signature, which was asked for";
    }
    Signature signature;
    try {
      signature = Signature.fromBytes65(encoded.get());
    } catch (IllegalArgumentException e) {
      return "a malformed signature: " + e.getMessage();
    }
    Optional<Bytes> signer =
        Secp256k1.instance()
            .recover(Keccak.keccak256(LesCodec.announcementToSign(announce)), signature);
    boolean right = signer.isPresent() && NodeId.of(signer.get()).equals(server);
    return right ? null : "a head that it did not sign";
  }
}
