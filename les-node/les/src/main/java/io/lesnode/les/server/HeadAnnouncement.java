package io.lesnode.les.server;

import io.lesnode.les.wire.KeyValues;
import io.lesnode.les.wire.LesCodec;
import io.lesnode.les.wire.LesMessage.Announce;
import io.lesnode.les.wire.StatusKeys;
import io.lesnode.primitives.crypto.Keccak;
import io.lesnode.primitives.crypto.KeyPair;
import org.apache.tuweni.units.bigints.UInt256;

/** A new head in both forms in which it is announced; immutable. */
record HeadAnnouncement(UInt256 totalDifficulty, Announce plain, Announce signed) {

  /**
   * Signs a head.
   *
   * @param reorgDepth how many blocks of the last announced head are no longer canonical
   */
  static HeadAnnouncement of(ServedHead head, long reorgDepth, KeyPair nodeKey) {
    Announce plain =
        new Announce(
            head.header().hash(),
            head.header().number(),
            head.totalDifficulty(),
            reorgDepth,
            KeyValues.EMPTY);
    KeyValues signature =
        KeyValues.builder()
            .bytes(
                StatusKeys.SIGNATURE,
                nodeKey.sign(Keccak.keccak256(LesCodec.announcementToSign(plain))).toBytes65())
            .build();
    Announce signed =
        new Announce(plain.headHash(), plain.headNumber(), plain.headTd(), reorgDepth, signature);
    return new HeadAnnouncement(head.totalDifficulty(), plain, signed);
  }
}
