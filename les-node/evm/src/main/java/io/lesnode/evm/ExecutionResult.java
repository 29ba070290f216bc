package io.lesnode.evm;

import io.lesnode.primitives.Address;
import io.lesnode.primitives.Log;
import java.util.List;
import org.apache.tuweni.bytes.Bytes;
import org.jspecify.annotations.Nullable;

/**
 * What became of a message that the state transition accepted.
 *
 * @param gasUsed after the refund
 * @param gasRefunded what the refund counter gave back
 * @param returnData what the code returned, or the data of a revert; empty on a halt
 * @param failure why the changes were undone, null on success
 * @param logs of the transaction, empty on failure
 * @param createdAddress where a contract creation put (or would have put) the contract, else null
 */
public record ExecutionResult(
    long gasUsed,
    long gasRefunded,
    Bytes returnData,
    @Nullable ExecutionFailure failure,
    List<Log> logs,
    @Nullable Address createdAddress) {

  /** Takes an immutable copy of the logs. */
  public ExecutionResult {
    logs = List.copyOf(logs);
  }

  /** Whether the code ran to its end. */
  public boolean succeeded() {
    return failure == null;
  }
}
