package io.lesnode.primitives;

import io.lesnode.primitives.rlp.RlpReader;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.rlp.RLP;
import org.apache.tuweni.rlp.RLPWriter;

/**
 * A withdrawal from the beacon chain (EIP-4895).
 *
 * @param index the position among all withdrawals; unsigned 64-bit
 * @param validatorIndex the validator that withdraws; unsigned 64-bit
 * @param address the account credited
 * @param amountGwei the amount in gwei; unsigned 64-bit
 */
public record Withdrawal(long index, long validatorIndex, Address address, long amountGwei) {
  /** The RLP of the withdrawal, as the withdrawals trie holds it. */
  public Bytes encoded() {
    return RLP.encode(this::writeTo);
  }

  static Withdrawal readFrom(RlpReader reader) {
    return reader.readList(
        fields ->
            new Withdrawal(
                fields.readUnsignedLong(),
                fields.readUnsignedLong(),
                new Address(fields.readFixedBytes(Address.SIZE_BYTES)),
                fields.readUnsignedLong()));
  }

  void writeTo(RLPWriter writer) {
    writer.writeList(
        fields -> {
          UnsignedLongs.write(fields, index);
          UnsignedLongs.write(fields, validatorIndex);
          fields.writeValue(address.bytes());
          UnsignedLongs.write(fields, amountGwei);
        });
  }
}
