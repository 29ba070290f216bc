package io.lesnode.devp2p.rlpx;

import io.lesnode.primitives.crypto.KeyPair;
import io.lesnode.primitives.crypto.Secp256k1;
import io.lesnode.primitives.crypto.Signature;
import io.lesnode.primitives.rlp.RlpException;
import io.lesnode.primitives.rlp.RlpReader;
import java.util.function.Function;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.rlp.RLP;

/**
 * The RLPx handshake (rlpx.md, "Initial Handshake"; EIP-8), as functions from packets to packets.
 *
 * <p>auth = {@code [signature(65), initiator-pubk(64), initiator-nonce(32), version 4, …]}, ack =
 * {@code [recipient-ephemeral-pubk(64), recipient-nonce(32), version 4, …]}; both are padded with
 * zeros, encrypted with {@link Ecies} to the static key of the reader and preceded by their size,
 * which is authenticated. The signature is by the initiator's ephemeral key over (static shared
 * secret ⊕ nonce), so the recipient recovers that key. Further list items and bytes after the list
 * are ignored, as EIP-8 demands. Packets of the form before EIP-8 are not supported.
 */
public final class Handshake {
  /** Size of the size prefix. */
  public static final int PREFIX_BYTES = 2;

  private static final int VERSION = 4;
  private static final int KEY_BYTES = 64;
  private static final int SIGNATURE_BYTES = 65;

  private Handshake() {}

  /** The initiator's side, waiting for the ack. */
  public static final class Initiator {
    private final KeyPair staticKey;
    private final Bytes remoteKey;
    private final KeyPair ephemeral;
    private final Bytes32 nonce;
    private final Bytes authPacket;

    private Initiator(KeyPair staticKey, Bytes remoteKey, HandshakeRandom random) {
      this.staticKey = staticKey;
      this.remoteKey = remoteKey;
      this.nonce = random.nonce();
      this.ephemeral = random.key();
      Bytes32 token = Secp256k1.instance().ecdh(staticKey.secret(), remoteKey);
      Signature signature = ephemeral.sign(token.xor(nonce));
      Bytes auth =
          RLP.encodeList(
              writer -> {
                writer.writeValue(signature.toBytes65());
                writer.writeValue(staticKey.publicKey());
                writer.writeValue(nonce);
                writer.writeInt(VERSION);
              });
      this.authPacket = seal(remoteKey, auth, random);
    }

    /** The packet to send. */
    public Bytes authPacket() {
      return authPacket;
    }

    /**
     * Finishes with the recipient's packet.
     *
     * @param ackPacket the packet with its size prefix
     * @throws RlpxException if it is not what the recipient must send
     */
    public SessionSecrets finish(Bytes ackPacket) {
      return read(
          staticKey,
          ackPacket,
          list -> {
            Bytes remoteEphemeral = list.readFixedBytes(KEY_BYTES);
            Bytes32 remoteNonce = list.readBytes32();
            list.readUnsignedLong();
            return SessionSecrets.derive(
                true,
                remoteKey,
                Ecies.sharedSecret(ephemeral, remoteEphemeral),
                nonce,
                remoteNonce,
                authPacket,
                ackPacket);
          });
    }
  }

  /**
   * The recipient's answer.
   *
   * @param ackPacket the packet to send
   * @param secrets what was agreed on
   */
  public record Response(Bytes ackPacket, SessionSecrets secrets) {}

  /**
   * Starts a handshake.
   *
   * @param staticKey our node key
   * @param remoteKey the public key of the node that we dialled, 64 bytes, a point of the curve
   * @param random source of the random values
   */
  public static Initiator initiate(KeyPair staticKey, Bytes remoteKey, HandshakeRandom random) {
    return new Initiator(staticKey, remoteKey, random);
  }

  /**
   * Answers a handshake.
   *
   * @param staticKey our node key
   * @param authPacket the initiator's packet with its size prefix
   * @param random source of the random values
   * @throws RlpxException if the packet is not what an initiator must send
   */
  public static Response respond(KeyPair staticKey, Bytes authPacket, HandshakeRandom random) {
    Auth auth = read(staticKey, authPacket, Auth::read);
    Bytes32 token = Ecies.sharedSecret(staticKey, auth.initiatorKey());
    KeyPair ephemeral = random.key();
    Bytes remoteEphemeral =
        Secp256k1.instance()
            .recover(token.xor(auth.nonce()), auth.signature())
            .orElseThrow(() -> new RlpxException("auth packet with an impossible signature"));
    Bytes32 nonce = random.nonce();
    Bytes ack =
        RLP.encodeList(
            writer -> {
              writer.writeValue(ephemeral.publicKey());
              writer.writeValue(nonce);
              writer.writeInt(VERSION);
            });
    Bytes ackPacket = seal(auth.initiatorKey(), ack, random);
    SessionSecrets secrets =
        SessionSecrets.derive(
            false,
            auth.initiatorKey(),
            Ecies.sharedSecret(ephemeral, remoteEphemeral),
            auth.nonce(),
            nonce,
            authPacket,
            ackPacket);
    return new Response(ackPacket, secrets);
  }

  private record Auth(Signature signature, Bytes initiatorKey, Bytes32 nonce) {
    static Auth read(RlpReader list) {
      Bytes signature = list.readFixedBytes(SIGNATURE_BYTES);
      Bytes initiatorKey = list.readFixedBytes(KEY_BYTES).copy();
      Bytes32 nonce = list.readBytes32();
      list.readUnsignedLong(); // any version: EIP-8 tells implementations to ignore it
      try {
        return new Auth(Signature.fromBytes65(signature), initiatorKey, nonce);
      } catch (IllegalArgumentException e) {
        throw new RlpxException("auth packet with an impossible signature", e);
      }
    }
  }

  /** Decrypts a packet and reads the start of the list in it; the rest is for later versions. */
  private static <T> T read(KeyPair key, Bytes packet, Function<RlpReader, T> readList) {
    byte[] prefix = packet.slice(0, PREFIX_BYTES).toArray();
    byte[] plain = Ecies.decrypt(key, packet.slice(PREFIX_BYTES).toArray(), prefix);
    try {
      return readList.apply(RlpReader.of(Bytes.wrap(plain)).enterList());
    } catch (RlpException e) {
      throw new RlpxException("handshake packet with a wrong list: " + e.getMessage(), e);
    }
  }

  private static Bytes seal(Bytes remoteKey, Bytes list, HandshakeRandom random) {
    byte[] plain = new byte[list.size() + random.paddingBytes()];
    System.arraycopy(list.toArrayUnsafe(), 0, plain, 0, list.size());
    int size = plain.length + Ecies.OVERHEAD_BYTES;
    byte[] prefix = {(byte) (size >> 8), (byte) size};
    byte[] sealed =
        Ecies.encrypt(remoteKey, random.key(), random.initialisationVector(), plain, prefix);
    return Bytes.wrap(Bytes.wrap(prefix), Bytes.wrap(sealed)).copy();
  }
}
