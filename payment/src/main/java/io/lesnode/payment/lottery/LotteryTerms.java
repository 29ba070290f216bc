package io.lesnode.payment.lottery;

import io.lesnode.primitives.Address;
import io.lesnode.primitives.rlp.RlpReader;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.rlp.RLP;
import org.apache.tuweni.units.bigints.UInt256;

/**
 * The terms of a payee beside the contract.
 *
 * @param payee the account in its leaf
 * @param maxPotWei the largest pot that it takes cheques of
 * @param confirmations how deep a lottery must be
 */
record LotteryTerms(Address payee, UInt256 maxPotWei, int confirmations) {
  static final String VARIANT = "lottery/2";

  Bytes encoded() {
    return RLP.encodeList(
        writer -> {
          writer.writeValue(payee.bytes());
          writer.writeUInt256(maxPotWei);
          writer.writeInt(confirmations);
        });
  }

  /** Reads the terms; unknown trailing elements are ignored. */
  static LotteryTerms decode(Bytes encoded) {
    RlpReader reader = RlpReader.of(encoded).enterList();
    return new LotteryTerms(
        Address.of(reader.readFixedBytes(Address.SIZE_BYTES)),
        reader.readUInt256(),
        reader.readInt());
  }
}
