package io.lesnode.payment.ticket;

import io.lesnode.payment.signing.CompactSignature;
import io.lesnode.primitives.rlp.RlpReader;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.rlp.RLP;
import org.apache.tuweni.units.bigints.UInt256;

/**
 * A ticket. On the wire the payee's random number's hash is left out: the payee computes it again
 * from seed and secret, which proves at the same time that the parameters are its own.
 *
 * @param faceWei what it pays if it wins
 * @param winProbability of 2^256
 * @param expiryBlock the last block in which it is accepted
 * @param seed of the payee's random number
 * @param nonce 1 to 600, once for each seed
 * @param signature the payer's, compact
 */
public record Ticket(
    UInt256 faceWei,
    UInt256 winProbability,
    long expiryBlock,
    Bytes32 seed,
    int nonce,
    Bytes signature) {

  /** The bytes of a payment. */
  public Bytes encoded() {
    return RLP.encodeList(
        writer -> {
          writer.writeUInt256(faceWei);
          writer.writeUInt256(winProbability);
          writer.writeLong(expiryBlock);
          writer.writeValue(seed);
          writer.writeInt(nonce);
          writer.writeValue(signature);
        });
  }

  /** The bytes of a payment whose parameters are those of the payment before. */
  public Bytes repeated() {
    return RLP.encodeList(
        writer -> {
          writer.writeInt(nonce);
          writer.writeValue(signature);
        });
  }

  /** Reads a ticket; {@link io.lesnode.primitives.rlp.RlpException} if it is not one. */
  public static Ticket decode(Bytes encoded) {
    return RlpReader.decode(
        encoded,
        list ->
            list.readList(
                reader ->
                    new Ticket(
                        reader.readUInt256(),
                        reader.readUInt256(),
                        reader.readLong(),
                        reader.readBytes32(),
                        reader.readInt(),
                        reader.readFixedBytes(CompactSignature.SIZE_BYTES))));
  }

  /** Reads a ticket that repeats the parameters of another. */
  public static Ticket decodeRepeated(Bytes encoded, Ticket before) {
    return RlpReader.decode(
        encoded,
        list ->
            list.readList(
                reader ->
                    new Ticket(
                        before.faceWei,
                        before.winProbability,
                        before.expiryBlock,
                        before.seed,
                        reader.readInt(),
                        reader.readFixedBytes(CompactSignature.SIZE_BYTES))));
  }
}
