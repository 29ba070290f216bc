package io.lesnode.payment;

import io.lesnode.primitives.Address;
import java.util.List;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.units.bigints.UInt256;

/**
 * A transaction that brings money home.
 *
 * @param method which method wants it
 * @param contract to whom it is sent
 * @param callData the call
 * @param valueWei ether that goes with it, mostly zero
 * @param gasLimit upper bound of gas
 * @param amountWei what it should move to us
 * @param payers whose money: names as in {@link Counterparty#moneyOwner()}
 * @param reason why now, for the log
 */
public record Settlement(
    MethodId method,
    Address contract,
    Bytes callData,
    UInt256 valueWei,
    long gasLimit,
    UInt256 amountWei,
    List<Bytes> payers,
    String reason) {
  /** Copies the list. */
  public Settlement {
    payers = List.copyOf(payers);
  }
}
