package io.lesnode.flowcontrol.pool;

/** The outcome of adding tokens. */
public sealed interface BalanceChange {

  /**
   * The balance changed.
   *
   * @param oldAmount tokens before
   * @param newAmount tokens after; zero when more was to be taken away than was there
   */
  record Changed(long oldAmount, long newAmount) implements BalanceChange {}

  /**
   * The balance would exceed 2^63 − 1 and is unchanged; geth: "balance overflow".
   *
   * @param amount tokens before and after
   */
  record Overflow(long amount) implements BalanceChange {}
}
