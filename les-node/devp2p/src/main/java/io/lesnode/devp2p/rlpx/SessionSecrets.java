package io.lesnode.devp2p.rlpx;

import io.lesnode.primitives.crypto.Keccak;
import javax.crypto.Cipher;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;

/**
 * What a finished handshake agreed on.
 *
 * @param remoteKey static public key of the remote side, 64 bytes, proven
 * @param aesSecret key of the frame cipher
 * @param macSecret key of the frame MACs
 * @param egress MAC of what we send; advances with every frame
 * @param ingress MAC of what we receive; advances with every frame
 */
public record SessionSecrets(
    Bytes remoteKey, Bytes32 aesSecret, Bytes32 macSecret, FrameMac egress, FrameMac ingress) {

  /** Derives the secrets; both sides get the same, with the directions swapped. */
  static SessionSecrets derive(
      boolean initiator,
      Bytes remoteKey,
      Bytes32 ephemeralSecret,
      Bytes32 initiatorNonce,
      Bytes32 recipientNonce,
      Bytes authPacket,
      Bytes ackPacket) {
    Bytes32 nonces = hash(recipientNonce, initiatorNonce);
    Bytes32 shared = hash(ephemeralSecret, nonces);
    Bytes32 aes = hash(ephemeralSecret, shared);
    Bytes32 mac = hash(ephemeralSecret, aes);
    Cipher aesOfMacs = FrameMac.cipher(mac);
    FrameMac fromInitiator = new FrameMac(aesOfMacs, mac.xor(recipientNonce), authPacket);
    FrameMac fromRecipient = new FrameMac(aesOfMacs, mac.xor(initiatorNonce), ackPacket);
    return initiator
        ? new SessionSecrets(remoteKey, aes, mac, fromInitiator, fromRecipient)
        : new SessionSecrets(remoteKey, aes, mac, fromRecipient, fromInitiator);
  }

  private static Bytes32 hash(Bytes32 first, Bytes32 second) {
    return Keccak.keccak256(Bytes.concatenate(first, second));
  }

  /** Shows whom the secrets are shared with, never the secrets. */
  @Override
  public String toString() {
    return "SessionSecrets[" + remoteKey.slice(0, 8) + "…]";
  }
}
