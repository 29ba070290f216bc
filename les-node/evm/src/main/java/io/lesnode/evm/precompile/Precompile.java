package io.lesnode.evm.precompile;

import org.apache.tuweni.bytes.Bytes;

/** A contract that is part of the protocol instead of code. Thread-safe. */
public interface Precompile {

  /** The price of running on {@code input}; negative if it would exceed 2^63. */
  long gas(Bytes input);

  /**
   * Runs, after the price has been paid.
   *
   * @throws PrecompileException if the input is not acceptable, which costs all gas of the call
   */
  Bytes run(Bytes input) throws PrecompileException;
}
