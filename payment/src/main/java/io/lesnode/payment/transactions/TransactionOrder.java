package io.lesnode.payment.transactions;

import io.lesnode.primitives.Address;
import java.nio.charset.StandardCharsets;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.units.bigints.UInt256;

/**
 * A transaction that is wanted.
 *
 * @param reference what it is known by: the same reference is never sent as two transactions; 1 to
 *     64 bytes
 * @param to to whom
 * @param valueWei ether that goes with it
 * @param data the call
 * @param gasLimit upper bound of gas
 * @param purpose one line for people and signers; at most 200 ASCII characters count
 */
public record TransactionOrder(
    Bytes reference, Address to, UInt256 valueWei, Bytes data, long gasLimit, String purpose) {
  /** Checks the reference, cuts the purpose. */
  public TransactionOrder {
    if (reference.isEmpty() || reference.size() > 64) {
      throw new IllegalArgumentException("a reference has 1 to 64 bytes");
    }
    reference = Bytes.wrap(reference.toArray());
    byte[] ascii = purpose.getBytes(StandardCharsets.US_ASCII);
    purpose = new String(ascii, 0, Math.min(200, ascii.length), StandardCharsets.US_ASCII);
  }
}
