package io.lesnode.benchmarks.sim.vip;

import java.math.BigInteger;

/** What a client itself knows of its money, tokens and service. Confined to its client. */
final class ClientBooks {
  private static final BigInteger HOUR_NANOS = BigInteger.valueOf(3_600_000_000_000L);

  /** Wei in payments that it made, with or without a receipt. */
  BigInteger signedWei = BigInteger.ZERO;

  /** Wei in payments that have a receipt. */
  BigInteger paidWei = BigInteger.ZERO;

  /** Of that, what was not turned into tokens as far as it knows. */
  BigInteger currencyWei = BigInteger.ZERO;

  /** Wei that tokens which it sold back brought. */
  BigInteger soldWei = BigInteger.ZERO;

  /** Tokens that it bought: those that the server says to have sold it. */
  long boughtTokens;

  long soldTokens;

  /** How many payments brought tokens. */
  long purchases;

  long refusals;
  long faults;

  boolean tried;
  boolean asked;

  /** What the capacity that it had was worth to it, in wei times nanoseconds per hour. */
  private BigInteger valueWeiNanos = BigInteger.ZERO;

  /** A time of service whose hour is worth so much. */
  void onServed(BigInteger hourWei, long nanos) {
    valueWeiNanos = valueWeiNanos.add(hourWei.multiply(BigInteger.valueOf(nanos)));
  }

  /** What the service that it had was worth to it. */
  BigInteger valueWei() {
    return valueWeiNanos.divide(HOUR_NANOS);
  }

  /** What it gave for tokens, less what tokens brought that it sold back. */
  BigInteger tokenCostWei() {
    return paidWei.subtract(currencyWei);
  }

  /**
   * The value of its service less what the tokens cost that went for it; what it has left counts at
   * what it cost on average.
   *
   * @param leftTokens tokens that it has left
   */
  BigInteger surplusWei(long leftTokens) {
    BigInteger cost = tokenCostWei();
    long kept = Math.min(leftTokens, boughtTokens - soldTokens);
    BigInteger left =
        boughtTokens == 0 || cost.signum() <= 0
            ? BigInteger.ZERO
            : cost.multiply(BigInteger.valueOf(Math.max(0, kept)))
                .divide(BigInteger.valueOf(Math.max(1, boughtTokens - soldTokens)));
    return valueWei().subtract(cost.subtract(left));
  }
}
