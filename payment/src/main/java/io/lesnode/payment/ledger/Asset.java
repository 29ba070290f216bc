package io.lesnode.payment.ledger;

import java.math.BigInteger;
import java.util.Locale;

/** What is counted. The sum of all accounts of an asset is zero at every moment. */
public enum Asset {
  /** Money, in wei; an account has less than 2^256, as the numbers of the chain. */
  WEI(BigInteger.TWO.pow(256).subtract(BigInteger.ONE)),
  /** Service tokens: one is about a nanosecond of a serving thread; less than 2^63. */
  TOKEN(BigInteger.valueOf(Long.MAX_VALUE));

  private final BigInteger limit;

  Asset(BigInteger limit) {
    this.limit = limit;
  }

  /** The most that an account of somebody may have. */
  public BigInteger limit() {
    return limit;
  }

  /** The name in exports. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }
}
