package io.lesnode.devp2p.discovery.v5;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;

/**
 * A packet of discovery v5 without its mask: {@code iv(16) ‖ mask("discv5" ‖ version(2) ‖ flag(1) ‖
 * nonce(12) ‖ authdata-size(2) ‖ authdata) ‖ message}. Immutable; contents are copies.
 *
 * @param authenticated the IV and the unmasked header: what the cipher authenticates, and in a
 *     WHOAREYOU packet the challenge
 * @param message the encrypted message
 */
record HeaderV5(int flag, Bytes nonce, Bytes authData, Bytes authenticated, Bytes message) {
  static final int MESSAGE = 0;
  static final int WHOAREYOU = 1;
  static final int HANDSHAKE = 2;

  /** The largest packet; larger datagrams are dropped unread. */
  static final int LIMIT_BYTES = 1280;

  /** The smallest packet, a WHOAREYOU: nothing shorter is ever answered. */
  static final int LEAST_BYTES = 63;

  static final int IV_BYTES = 16;
  private static final int STATIC_BYTES = 23;
  private static final int VERSION = 1;
  private static final Bytes PROTOCOL = Bytes.wrap("discv5".getBytes(StandardCharsets.US_ASCII));

  /** Takes the mask off; empty when the packet is not for this node. */
  static Optional<HeaderV5> unmask(Bytes packet, Bytes32 self) {
    if (packet.size() < LEAST_BYTES || packet.size() > LIMIT_BYTES) {
      return Optional.empty();
    }
    Bytes iv = packet.slice(0, IV_BYTES);
    // the whole packet is unmasked in one go: it is small, and the mask is a stream
    Bytes plain = Bytes.wrap(SessionKeys.mask(self, iv, packet.slice(IV_BYTES).toArray()));
    int authBytes = (plain.get(21) & 0xff) << 8 | (plain.get(22) & 0xff);
    int headerBytes = STATIC_BYTES + authBytes;
    if (!plain.slice(0, 6).equals(PROTOCOL)
        || plain.get(6) != 0
        || plain.get(7) != VERSION
        || headerBytes > plain.size()) {
      return Optional.empty();
    }
    Bytes header = plain.slice(0, headerBytes);
    return Optional.of(
        new HeaderV5(
            header.get(8),
            header.slice(9, SessionKeys.NONCE_BYTES),
            header.slice(STATIC_BYTES),
            Bytes.concatenate(iv, header),
            packet.slice(IV_BYTES + headerBytes).copy()));
  }

  /** The IV and unmasked header of a packet of ours. */
  static Bytes header(Bytes iv, int flag, Bytes nonce, Bytes authData) {
    return Bytes.concatenate(
        iv,
        PROTOCOL,
        Bytes.of(0, VERSION, flag),
        nonce,
        Bytes.of(authData.size() >> 8, authData.size() & 0xff),
        authData);
  }

  /** Masks a packet for its recipient. */
  static Bytes mask(Bytes header, Bytes message, Bytes32 recipient) {
    Bytes iv = header.slice(0, IV_BYTES);
    byte[] masked = SessionKeys.mask(recipient, iv, header.slice(IV_BYTES).toArray());
    return Bytes.concatenate(iv, Bytes.wrap(masked), message);
  }
}
