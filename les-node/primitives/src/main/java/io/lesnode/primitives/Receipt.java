package io.lesnode.primitives;

import io.lesnode.primitives.rlp.RlpException;
import io.lesnode.primitives.rlp.RlpReader;
import java.util.List;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.rlp.RLP;
import org.apache.tuweni.rlp.RLPWriter;
import org.jspecify.annotations.Nullable;

/**
 * A receipt in its consensus form.
 *
 * @param type that of the transaction
 * @param postState the state root after the transaction, before Byzantium; null since
 * @param success whether execution succeeded; true for receipts with a post state
 * @param cumulativeGasUsed the gas used in the block up to and including this transaction
 * @param bloom the filter of the logs
 * @param logs in order of emission
 */
public record Receipt(
    TransactionType type,
    @Nullable Bytes32 postState,
    boolean success,
    long cumulativeGasUsed,
    LogsBloom bloom,
    List<Log> logs) {
  /** Copies the logs. */
  public Receipt {
    logs = List.copyOf(logs);
  }

  /** The receipt of a transaction since Byzantium. */
  public static Receipt withStatus(
      TransactionType type, boolean success, long cumulativeGasUsed, List<Log> logs) {
    return new Receipt(type, null, success, cumulativeGasUsed, LogsBloom.of(logs), logs);
  }

  /** The receipt of a transaction before Byzantium. */
  public static Receipt withPostState(Bytes32 postState, long cumulativeGasUsed, List<Log> logs) {
    return new Receipt(
        TransactionType.LEGACY, postState, true, cumulativeGasUsed, LogsBloom.of(logs), logs);
  }

  /** The bytes that the receipts trie holds: the RLP list, preceded by the type byte when typed. */
  public Bytes encoded() {
    Bytes list =
        RLP.encodeList(
            fields -> {
              fields.writeValue(statusOrPostState());
              fields.writeLong(cumulativeGasUsed);
              fields.writeValue(bloom.bytes());
              fields.writeList(logs, (writer, log) -> log.writeTo(writer));
            });
    return type == TransactionType.LEGACY ? list : Bytes.concatenate(Bytes.of(type.number()), list);
  }

  /** Decodes what {@link #encoded} wrote. */
  public static Receipt decode(Bytes encoded) {
    if (!encoded.isEmpty() && (encoded.get(0) & 0xff) < 0x80) {
      return RlpReader.decode(encoded.slice(1), reader -> readFields(reader, typeOf(encoded)));
    }
    return RlpReader.decode(encoded, reader -> readFields(reader, TransactionType.LEGACY));
  }

  /** Reads a receipt as an item of a list: an RLP list, or a byte string when typed. */
  public static Receipt readFrom(RlpReader reader) {
    if (reader.nextIsList()) {
      return readFields(reader, TransactionType.LEGACY);
    }
    Bytes typed = reader.readBytes();
    if (typed.isEmpty() || (typed.get(0) & 0xff) >= 0x80) {
      throw new RlpException("typed receipt without a type byte");
    }
    return decode(typed);
  }

  /** Writes the receipt as an item of a list. */
  public void writeTo(RLPWriter writer) {
    if (type == TransactionType.LEGACY) {
      writer.writeRLP(encoded());
    } else {
      writer.writeValue(encoded());
    }
  }

  private Bytes statusOrPostState() {
    if (postState != null) {
      return postState;
    }
    return success ? Bytes.of(1) : Bytes.EMPTY;
  }

  private static TransactionType typeOf(Bytes encoded) {
    try {
      return TransactionType.ofTypedByte(encoded.get(0));
    } catch (IllegalArgumentException unknown) {
      throw new RlpException("receipt type not supported: " + encoded.get(0), unknown);
    }
  }

  private static Receipt readFields(RlpReader reader, TransactionType type) {
    return reader.readList(
        fields -> {
          Bytes status = fields.readBytes(32);
          if (status.size() != 32 && !status.isEmpty() && !status.equals(Bytes.of(1))) {
            throw fields.error("receipt status must be empty, 1 or a state root");
          }
          Bytes32 postState = status.size() == 32 ? Bytes32.wrap(status) : null;
          return new Receipt(
              type,
              postState,
              !status.isEmpty(),
              fields.readLong(),
              new LogsBloom(fields.readFixedBytes(LogsBloom.SIZE_BYTES)),
              fields.readListOf(Integer.MAX_VALUE, Log::readFrom));
        });
  }
}
