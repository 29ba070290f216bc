package io.lesnode.evm.interpreter;

import io.lesnode.evm.ExecutionFailure.Halt;
import io.lesnode.evm.ExecutionFailure.Kind;

/** Ends a frame exceptionally. Has no stack trace: halting is an everyday outcome of code. */
final class HaltException extends RuntimeException {
  private final transient Halt halt;

  HaltException(Halt halt) {
    super(halt.message(), null, false, false);
    this.halt = halt;
  }

  HaltException(Kind kind) {
    this(Halt.of(kind));
  }

  Halt halt() {
    return halt;
  }
}
