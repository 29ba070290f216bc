package io.lesnode.payment.transactions;

import io.lesnode.primitives.Address;
import io.lesnode.primitives.Transaction;
import io.lesnode.primitives.rlp.RlpReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.rlp.RLP;

/**
 * A transaction of ours that is not forgotten yet, as it is stored.
 *
 * @param order what was wanted
 * @param nonce the nonce that all its versions have
 * @param versions signed transactions that do the same with rising fees; the last is the newest
 * @param sentAtBlock the head when it was last sent
 * @param versionAtBlock the head when the newest version was made
 */
record SentTransaction(
    TransactionOrder order,
    long nonce,
    List<Transaction> versions,
    long sentAtBlock,
    long versionAtBlock) {
  static final int MOST_VERSIONS = 16;
  private static final int FORMAT = 1;

  SentTransaction {
    versions = List.copyOf(versions);
  }

  Transaction newest() {
    return versions.getLast();
  }

  Bytes32 hash() {
    return newest().hash();
  }

  SentTransaction sentAt(long block) {
    return new SentTransaction(order, nonce, versions, block, versionAtBlock);
  }

  SentTransaction replacedBy(Transaction version, long block) {
    List<Transaction> all = new ArrayList<>(versions);
    all.add(version);
    return new SentTransaction(order, nonce, all, block, block);
  }

  Bytes encoded() {
    return RLP.encodeList(
        fields -> {
          fields.writeInt(FORMAT);
          fields.writeValue(order.reference());
          fields.writeValue(order.to().bytes());
          fields.writeUInt256(order.valueWei());
          fields.writeValue(order.data());
          fields.writeLong(order.gasLimit());
          fields.writeValue(Bytes.wrap(order.purpose().getBytes(StandardCharsets.US_ASCII)));
          fields.writeLong(nonce);
          fields.writeList(versions, (list, version) -> list.writeValue(version.encoded()));
          fields.writeLong(sentAtBlock);
          fields.writeLong(versionAtBlock);
        });
  }

  static SentTransaction decode(Bytes record) {
    return RlpReader.decode(
        record,
        reader ->
            reader.readList(
                fields -> {
                  if (fields.readInt() != FORMAT) {
                    throw fields.error("a transaction that a newer program stored");
                  }
                  return new SentTransaction(
                      new TransactionOrder(
                          fields.readBytes(64),
                          Address.of(fields.readFixedBytes(Address.SIZE_BYTES)),
                          fields.readUInt256(),
                          fields.readBytes(),
                          fields.readLong(),
                          new String(
                              fields.readBytes(200).toArrayUnsafe(), StandardCharsets.US_ASCII)),
                      fields.readLong(),
                      fields.readListOf(
                          MOST_VERSIONS, item -> Transaction.decode(item.readBytes())),
                      fields.readLong(),
                      fields.readLong());
                }));
  }
}
