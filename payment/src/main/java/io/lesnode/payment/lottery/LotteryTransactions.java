package io.lesnode.payment.lottery;

import io.lesnode.payment.ChainUnavailableException;
import io.lesnode.payment.PayerException;
import io.lesnode.payment.SignerException;
import io.lesnode.primitives.Address;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;

/** Sends the payer's transactions: nonces, fees and repetition are its business. */
@FunctionalInterface
public interface LotteryTransactions {
  /**
   * Signs and sends a call of a contract.
   *
   * @param purpose one line for the person who is asked to sign
   * @return the transaction
   */
  Bytes32 send(Address to, Bytes callData, UInt256 valueWei, long gasLimit, String purpose)
      throws PayerException, ChainUnavailableException, SignerException;
}
