package io.lesnode.payment.lottery;

import io.lesnode.payment.signing.CompactSignature;
import io.lesnode.primitives.rlp.RlpReader;
import java.util.List;
import java.util.Optional;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.rlp.RLP;
import org.apache.tuweni.rlp.RLPWriter;

/**
 * A payment by lottery: the payee's numbers now end at {@code range}. Cumulative: only the newest
 * cheque of a lottery counts. On the wire it has two forms: in full the RLP list {@code [id,
 * range(4 bytes), signature(64 bytes)]}, 106 bytes, to which, until the payee has acknowledged the
 * lottery, the {@link Opening} is added, so that a first payment needs no other message; then
 * {@linkplain Brief 72 bytes}, so that a repeated payment is no larger than one by cheque.
 *
 * @param id which lottery
 * @param range the last number, 0 … 2^32 − 1
 * @param signature the owner's, compact
 * @param opening what the payee needs to know of a new lottery
 */
public record LotteryCheque(Bytes32 id, long range, Bytes signature, Optional<Opening> opening) {

  /**
   * What a payee needs to know of a lottery. The rest is on chain or follows: the root from the
   * proof, the identity from root and owner.
   *
   * @param salt of the lottery
   * @param leafSalt of the payee's leaf
   * @param proof of the payee's leaf
   */
  public record Opening(long salt, long leafSalt, List<Bytes32> proof) {
    /** Copies the proof. */
    public Opening {
      proof = List.copyOf(proof);
    }

    /** How many openings an Open message carries at most. */
    static final int MAX_MANY = 8;

    static Opening of(long salt, LotteryLeaf leaf) {
      return new Opening(salt, leaf.salt(), leaf.proof());
    }

    /** The data of an Open message. */
    static Bytes encodeMany(List<Opening> openings) {
      return RLP.encodeList(
          writer -> openings.forEach(opening -> writer.writeList(opening::writeTo)));
    }

    /** Reads the data of an Open message; {@link io.lesnode.primitives.rlp.RlpException}. */
    static List<Opening> decodeMany(Bytes data) {
      return RlpReader.decode(
          data, list -> list.readListOf(MAX_MANY, item -> item.readList(Opening::readFrom)));
    }

    private void writeTo(RLPWriter writer) {
      writer.writeValue(unsigned(salt));
      writer.writeValue(unsigned(leafSalt));
      writer.writeList(siblings -> proof.forEach(siblings::writeValue));
    }

    private static Opening readFrom(RlpReader reader) {
      return new Opening(
          reader.readUnsignedLong(),
          reader.readUnsignedLong(),
          reader.readListOf(LotterySlot.MAX_DEPTH, RlpReader::readBytes32));
    }

    private static Bytes unsigned(long value) {
      return Bytes.ofUnsignedLong(value).trimLeadingZeros();
    }
  }

  /** The bytes of a Pay message's proof. */
  public Bytes encoded() {
    return RLP.encodeList(
        writer -> {
          writer.writeValue(id);
          writer.writeValue(Bytes.ofUnsignedInt(range));
          writer.writeValue(signature);
          opening.ifPresent(known -> known.writeTo(writer));
        });
  }

  /** Reads a proof; {@link io.lesnode.primitives.rlp.RlpException} if it is not one. */
  public static LotteryCheque decode(Bytes encoded) {
    return RlpReader.decode(
        encoded,
        list ->
            list.readList(
                reader ->
                    new LotteryCheque(
                        reader.readBytes32(),
                        reader.readFixedBytes(4).toUnsignedBigInteger().longValueExact(),
                        reader.readFixedBytes(CompactSignature.SIZE_BYTES),
                        reader.isComplete()
                            ? Optional.empty()
                            : Optional.of(Opening.readFrom(reader)))));
  }

  /**
   * A cheque of a lottery that the payee knows: the first 4 bytes of the identity, 4 of the range,
   * 64 of the signature. The signature is over the whole identity, and the payee looks among the
   * lotteries of that payer only.
   *
   * @param prefix 4 bytes
   */
  record Brief(Bytes prefix, long range, Bytes signature) {
    static final int SIZE_BYTES = 4 + 4 + CompactSignature.SIZE_BYTES;

    /** Reads exactly {@link #SIZE_BYTES} bytes. */
    static Brief decode(Bytes encoded) {
      return new Brief(encoded.slice(0, 4), encoded.getInt(4) & 0xffff_ffffL, encoded.slice(8));
    }
  }

  /** The bytes of a Pay message's proof for a payee that knows the lottery. */
  Bytes encodedBrief() {
    return Bytes.concatenate(id.slice(0, 4), Bytes.ofUnsignedInt(range), signature);
  }

  /** The same without what the payee knows already. */
  LotteryCheque repeated() {
    return new LotteryCheque(id, range, signature, Optional.empty());
  }
}
