package io.lesnode.payment.lottery;

import io.lesnode.payment.signing.CompactSignature;
import io.lesnode.primitives.rlp.RlpReader;
import java.util.List;
import java.util.Optional;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.rlp.RLP;
import org.apache.tuweni.units.bigints.UInt256;

/**
 * What a payee says it has of a lottery: in the Params message, as evidence of a stale payment, and
 * when a peer leaves.
 *
 * @param id which lottery
 * @param amountWei its pot as the payee sees it
 * @param reveal its drawing block
 * @param newest the newest cheque that the payee has
 */
record LotteryStanding(Bytes32 id, UInt256 amountWei, long reveal, Optional<Newest> newest) {
  private static final int MAX_MANY = 64;

  /** The newest cheque, signed by the payer. */
  record Newest(long range, Bytes signature) {}

  static Bytes encodeMany(List<LotteryStanding> standings) {
    return RLP.encodeList(
        writer ->
            standings.forEach(
                standing ->
                    writer.writeList(
                        item -> {
                          item.writeValue(standing.id);
                          item.writeUInt256(standing.amountWei);
                          item.writeLong(standing.reveal);
                          standing.newest.ifPresent(
                              newest -> {
                                item.writeValue(Bytes.ofUnsignedInt(newest.range));
                                item.writeValue(newest.signature);
                              });
                        })));
  }

  static List<LotteryStanding> decodeMany(Bytes encoded) {
    return RlpReader.decode(
        encoded,
        list ->
            list.readListOf(
                MAX_MANY,
                item ->
                    item.readList(
                        reader ->
                            new LotteryStanding(
                                reader.readBytes32(),
                                reader.readUInt256(),
                                reader.readLong(),
                                reader.isComplete()
                                    ? Optional.empty()
                                    : Optional.of(newest(reader))))));
  }

  private static Newest newest(RlpReader reader) {
    return new Newest(
        reader.readFixedBytes(4).toUnsignedBigInteger().longValueExact(),
        reader.readFixedBytes(CompactSignature.SIZE_BYTES));
  }
}
