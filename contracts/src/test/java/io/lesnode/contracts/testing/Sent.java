package io.lesnode.contracts.testing;

import io.lesnode.primitives.Address;
import io.lesnode.primitives.Log;
import io.lesnode.primitives.Transaction;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;
import org.jspecify.annotations.Nullable;

/**
 * What became of a transaction in a block.
 *
 * @param transaction as it was sent
 * @param block number of the block that holds it
 * @param blockHash the hash of that block
 * @param index its place in the block
 * @param success whether it ran to its end
 * @param gasUsed after the refund
 * @param returnData what the code returned, or the data of a revert
 * @param failure in geth's words, null on success
 * @param logs of the transaction, empty on failure
 * @param created the contract that a creation made, else null
 */
public record Sent(
    Transaction transaction,
    long block,
    Bytes32 blockHash,
    int index,
    boolean success,
    long gasUsed,
    Bytes returnData,
    @Nullable String failure,
    List<Log> logs,
    @Nullable Address created) {

  /** The selector of {@code Error(string)}. */
  private static final Bytes ERROR_STRING = Bytes.fromHexString("0x08c379a0");

  /** Takes an immutable copy of the logs. */
  public Sent {
    logs = List.copyOf(logs);
  }

  /** The hash of the transaction. */
  public Bytes32 hash() {
    return transaction.hash();
  }

  /** Itself when it succeeded. */
  public Sent succeeded() {
    if (!success) {
      throw new AssertionError("the transaction failed: " + failure + ", " + revertReason());
    }
    return this;
  }

  /** Itself when it did not succeed. */
  public Sent failed() {
    if (success) {
      throw new AssertionError("the transaction succeeded and should not have");
    }
    return this;
  }

  /**
   * The text of {@code revert("…")}, else the data in hex: of an error of its own the selector
   * first.
   */
  public String revertReason() {
    return reason(returnData);
  }

  static String reason(Bytes data) {
    if (data.size() >= 68 && data.slice(0, 4).equals(ERROR_STRING)) {
      int length = UInt256.fromBytes(data.slice(36, 32)).intValue();
      return new String(data.slice(68, length).toArrayUnsafe(), StandardCharsets.UTF_8);
    }
    return data.toHexString();
  }
}
