package io.lesnode.payment;

import io.lesnode.primitives.Receipt;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;

/** How a settlement ended. */
public sealed interface SettlementOutcome {

  /**
   * It is in a block with enough confirmations.
   *
   * @param receipt what it did; a method reads what was really moved from its logs
   * @param feeWei what the transaction cost us
   */
  record Included(Bytes32 transaction, long block, Receipt receipt, UInt256 feeWei)
      implements SettlementOutcome {}

  /** It will not happen: the text says why. */
  record Failed(String text) implements SettlementOutcome {}
}
