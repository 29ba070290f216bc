package io.lesnode.les.server;

import io.lesnode.les.wire.KeyValues;
import io.lesnode.les.wire.LesCodec;
import io.lesnode.les.wire.LesMessage.Announce;
import io.lesnode.les.wire.StatusKeys;
import io.lesnode.primitives.crypto.Keccak;
import io.lesnode.primitives.crypto.KeyPair;
import org.apache.tuweni.units.bigints.UInt256;
import org.jspecify.annotations.Nullable;

/**
 * A new head in both forms in which it is announced; confined to the node loop. It is signed when
 * the first client wants that, because few do.
 */
final class HeadAnnouncement {

  private final Announce plain;
  private final KeyPair nodeKey;
  private @Nullable Announce signed;

  HeadAnnouncement(Announce plain, KeyPair nodeKey) {
    this.plain = plain;
    this.nodeKey = nodeKey;
  }

  /**
   * A head without a signature.
   *
   * @param reorgDepth how many blocks of the last announced head are no longer canonical
   */
  static Announce announce(ServedHead head, long reorgDepth) {
    return new Announce(
        head.header().hash(),
        head.header().number(),
        head.totalDifficulty(),
        reorgDepth,
        KeyValues.EMPTY);
  }

  UInt256 totalDifficulty() {
    return plain.headTd();
  }

  Announce plain() {
    return plain;
  }

  Announce signed() {
    Announce done = signed;
    if (done == null) {
      done = sign(plain, nodeKey);
      signed = done;
    }
    return done;
  }

  /** Adds the signature of a node to an announcement. */
  static Announce sign(Announce plain, KeyPair nodeKey) {
    KeyValues signature =
        KeyValues.builder()
            .bytes(
                StatusKeys.SIGNATURE,
                nodeKey.sign(Keccak.keccak256(LesCodec.announcementToSign(plain))).toBytes65())
            .build();
    return new Announce(
        plain.headHash(), plain.headNumber(), plain.headTd(), plain.reorgDepth(), signature);
  }
}
