package io.lesnode.primitives;

import io.lesnode.primitives.rlp.RlpReader;
import java.util.List;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.rlp.RLP;
import org.apache.tuweni.rlp.RLPWriter;
import org.jspecify.annotations.Nullable;

/**
 * What a block holds beside its header.
 *
 * @param transactions in order of execution
 * @param ommers the headers of its uncles
 * @param withdrawals null before Shanghai
 */
public record BlockBody(
    List<Transaction> transactions,
    List<BlockHeader> ommers,
    @Nullable List<Withdrawal> withdrawals) {
  /** A body without transactions, uncles and withdrawals. */
  public static final BlockBody EMPTY = new BlockBody(List.of(), List.of(), null);

  /** Copies the lists. */
  public BlockBody {
    transactions = List.copyOf(transactions);
    ommers = List.copyOf(ommers);
    withdrawals = withdrawals == null ? null : List.copyOf(withdrawals);
  }

  /** {@code [transactions, ommers]} and, since Shanghai, {@code withdrawals}. */
  public Bytes encoded() {
    return RLP.encodeList(this::writeFields);
  }

  /** Decodes what {@link #encoded} wrote. */
  public static BlockBody decode(Bytes encoded) {
    return RlpReader.decode(encoded, BlockBody::readFrom);
  }

  /** Reads a body as an item of a list. */
  public static BlockBody readFrom(RlpReader reader) {
    return reader.readList(BlockBody::readFields);
  }

  /** Writes the body as an item of a list. */
  public void writeTo(RLPWriter writer) {
    writer.writeList(this::writeFields);
  }

  static BlockBody readFields(RlpReader fields) {
    return new BlockBody(
        fields.readListOf(Integer.MAX_VALUE, Transaction::readFrom),
        fields.readListOf(Integer.MAX_VALUE, BlockHeader::readFrom),
        fields.isComplete() ? null : fields.readListOf(Integer.MAX_VALUE, Withdrawal::readFrom));
  }

  void writeFields(RLPWriter writer) {
    writer.writeList(transactions, (items, transaction) -> transaction.writeTo(items));
    writer.writeList(ommers, (items, header) -> header.writeTo(items));
    if (withdrawals != null) {
      writer.writeList(withdrawals, (items, withdrawal) -> withdrawal.writeTo(items));
    }
  }
}
