package io.lesnode.evm.interpreter;

import io.lesnode.evm.ExecutionFailure;
import org.jspecify.annotations.Nullable;

/**
 * Watches an execution opcode by opcode. Called on the thread that executes, which waits; an
 * exception that it throws ends the execution and reaches the caller.
 *
 * <p>What an opcode costs is known only afterwards: for a call or creation it is told by {@link
 * #onCharged}, for every other opcode it is the gas that is missing at the next step of its frame,
 * or at the frame's end.
 */
public interface StepTracer {
  /** An opcode is about to run; {@code step} is valid during this call only. */
  void onStep(Step step);

  /**
   * A call or creation has been paid for, the gas that it hands over included for a call and not
   * for a creation (as geth counts), and nothing of it has run.
   *
   * @param depth the frame that pays; 1 is the message itself
   */
  default void onCharged(int depth, long gasLeft) {}

  /**
   * A frame with code ended.
   *
   * @param failure why it failed, or null
   */
  default void onFrameEnd(int depth, long gasLeft, @Nullable ExecutionFailure failure) {}
}
