package io.lesnode.les.client.tx;

import io.lesnode.primitives.Address;
import io.lesnode.primitives.InvalidSignatureException;
import io.lesnode.primitives.Transaction;
import io.lesnode.primitives.rlp.RlpException;
import io.lesnode.primitives.rlp.RlpReader;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.rlp.RLP;
import org.jspecify.annotations.Nullable;

/**
 * A transaction of ours and where it stands. Immutable.
 *
 * @param sender who signed it
 * @param sinceBlock number of our head when it was sent: it is in no earlier block
 * @param place the block that holds it, verified; null while it is in none
 */
public record TrackedTransaction(
    Transaction transaction, Address sender, long sinceBlock, @Nullable Place place) {

  /** The largest record that is read back: a transaction of 128 KiB and some numbers. */
  static final int MAX_RECORD_BYTES = 132 * 1024;

  /**
   * Where a transaction is.
   *
   * @param number number of the block
   * @param blockHash hash of the block
   * @param index index of the transaction in it
   */
  public record Place(long number, Bytes32 blockHash, int index) {}

  /** Its hash. */
  public Bytes32 hash() {
    return transaction.hash();
  }

  /** Whether it is in no block that we know. */
  public boolean isPending() {
    return place == null;
  }

  TrackedTransaction at(@Nullable Place newPlace) {
    return new TrackedTransaction(transaction, sender, sinceBlock, newPlace);
  }

  /** The record that is kept: [transaction, sinceBlock] or [transaction, sinceBlock, place…]. */
  public Bytes encoded() {
    Place at = place;
    return RLP.encodeList(
        writer -> {
          writer.writeValue(transaction.encoded());
          writer.writeLong(sinceBlock);
          if (at != null) {
            writer.writeLong(at.number());
            writer.writeValue(at.blockHash());
            writer.writeInt(at.index());
          }
        });
  }

  /**
   * Reads a record.
   *
   * @throws RlpException if it is not one that {@link #encoded} wrote
   */
  public static TrackedTransaction decode(Bytes encoded) {
    if (encoded.size() > MAX_RECORD_BYTES) {
      throw new RlpException("a transaction record of " + encoded.size() + " bytes");
    }
    return RlpReader.decode(encoded, reader -> reader.readList(TrackedTransaction::read));
  }

  private static TrackedTransaction read(RlpReader fields) {
    try {
      Transaction transaction = Transaction.decode(fields.readBytes());
      long since = fields.readLong();
      Place place =
          fields.isComplete()
              ? null
              : new Place(fields.readLong(), fields.readBytes32(), fields.readInt());
      return new TrackedTransaction(transaction, transaction.sender(), since, place);
    } catch (InvalidSignatureException | IllegalArgumentException e) {
      throw new RlpException("a transaction record without a sender: " + e.getMessage());
    }
  }
}
