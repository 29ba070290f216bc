package io.lesnode.devp2p.rlpx;

import com.fasterxml.jackson.databind.JsonNode;
import io.lesnode.primitives.crypto.KeyPair;
import java.util.List;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;

/**
 * The random values of a recorded handshake. A Go private key equals the 32 bytes that were read
 * with byte 1 XORed with 0x42.
 */
final class RecordedRandom implements HandshakeRandom {
  /**
   * Bytes of the auth list: 65, 64 and 32 bytes with their headers, the version, the list header.
   */
  private static final int AUTH_BYTES = 3 + 67 + 66 + 33 + 1 - 1;

  private static final int ACK_BYTES = 2 + 66 + 33 + 1;

  private final Bytes32 nonce;
  private final List<Bytes> keyReads;
  private final Bytes vector;
  private final int paddingBytes;
  private int keysTaken;

  private RecordedRandom(Bytes nonce, List<Bytes> keyReads, Bytes vector, int paddingBytes) {
    this.nonce = Bytes32.wrap(nonce);
    this.keyReads = keyReads;
    this.vector = vector;
    this.paddingBytes = paddingBytes;
  }

  static RecordedRandom initiator(JsonNode recording) {
    return new RecordedRandom(
        read(recording, 0),
        List.of(read(recording, 1), read(recording, 2)),
        read(recording, 3),
        packetBytes(recording, "authPacket") - Ecies.OVERHEAD_BYTES - AUTH_BYTES);
  }

  static RecordedRandom recipient(JsonNode recording) {
    return new RecordedRandom(
        read(recording, 5),
        List.of(read(recording, 4), read(recording, 6)),
        read(recording, 7),
        packetBytes(recording, "ackPacket") - Ecies.OVERHEAD_BYTES - ACK_BYTES);
  }

  private static Bytes read(JsonNode recording, int index) {
    return Bytes.fromHexString(recording.get("randomReads").get(index).asText());
  }

  private static int packetBytes(JsonNode recording, String field) {
    return recording.get(field).asText().length() / 2 - Handshake.PREFIX_BYTES;
  }

  @Override
  public Bytes32 nonce() {
    return nonce;
  }

  @Override
  public KeyPair key() {
    byte[] bytes = keyReads.get(keysTaken++).toArray();
    bytes[1] ^= 0x42;
    return KeyPair.ofSecret(Bytes32.wrap(bytes));
  }

  @Override
  public byte[] initialisationVector() {
    return vector.toArray();
  }

  @Override
  public int paddingBytes() {
    return paddingBytes;
  }
}
