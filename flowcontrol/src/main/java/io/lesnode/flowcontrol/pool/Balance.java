package io.lesnode.flowcontrol.pool;

/**
 * A positive and a negative balance with the arithmetic of paying; a value machine of one owner.
 *
 * <p>Reference: geth v1.10.26, les/vflux/server/balance.go, balance and nodeBalance.reducedBalance.
 */
final class Balance {

  /** No balance may exceed this. */
  static final long MAX = Long.MAX_VALUE;

  final ExpiredValue positive = new ExpiredValue();
  final ExpiredValue negative;
  private final Expirer positiveExpirer;
  private final Expirer negativeExpirer;

  Balance(Expirer positiveExpirer, Expirer negativeExpirer) {
    this(positiveExpirer, negativeExpirer, new ExpiredValue());
  }

  /** With a negative balance that others change as well. */
  Balance(Expirer positiveExpirer, Expirer negativeExpirer, ExpiredValue negative) {
    this.negative = negative;
    this.positiveExpirer = positiveExpirer;
    this.negativeExpirer = negativeExpirer;
  }

  void set(Balance other) {
    positive.set(other.positive);
    negative.set(other.negative);
  }

  long positiveAt(long nowNanos) {
    return positive.valueAt(positiveExpirer.logOffset(nowNanos));
  }

  long negativeAt(long nowNanos) {
    return negative.valueAt(negativeExpirer.logOffset(nowNanos));
  }

  /** Adds to the positive balance; an amount that would exceed the maximum is not added. */
  long addPositive(long amount, long nowNanos) {
    return add(positive, amount, positiveExpirer.logOffset(nowNanos));
  }

  /** Adds to the positive balance; an amount that would exceed the maximum gives the maximum. */
  void addPositiveUpToMax(long amount, long nowNanos) {
    long offset = positiveExpirer.logOffset(nowNanos);
    if (overflows(positive.valueAt(offset), amount)) {
      positive.set(new ExpiredValue());
      positive.add(MAX, offset);
    } else {
      positive.add(amount, offset);
    }
  }

  /** Adds to the negative balance; an amount that would exceed the maximum is not added. */
  void addNegative(long amount, long nowNanos) {
    add(negative, amount, negativeExpirer.logOffset(nowNanos));
  }

  void reset(long positiveAmount, long negativeAmount, long nowNanos) {
    positive.set(new ExpiredValue());
    positive.add(positiveAmount, positiveExpirer.logOffset(nowNanos));
    negative.set(new ExpiredValue());
    negative.add(negativeAmount, negativeExpirer.logOffset(nowNanos));
  }

  static boolean overflows(long old, long amount) {
    return amount > 0 && Long.compareUnsigned(old, MAX - amount) > 0;
  }

  /**
   * What a client of that capacity pays over a period: from the positive balance while it lasts, on
   * the negative one for the rest. What is paid over the period counts at its middle.
   */
  void pay(
      PriceFactors positiveFactors,
      PriceFactors negativeFactors,
      long fromNanos,
      long periodNanos,
      long capacity,
      double averageRequestCost) {
    long atNanos = fromNanos + periodNanos / 2;
    double unpaidNanos = (double) periodNanos;
    if (!positive.isZero()) {
      double price = positiveFactors.perNano(capacity, averageRequestCost);
      long wanted = -(long) (unpaidNanos * price);
      long net = addPositive(wanted, atNanos);
      if (net == wanted) {
        unpaidNanos = 0;
      } else {
        unpaidNanos += (double) net / price;
      }
    }
    if (unpaidNanos > 0) {
      double price = negativeFactors.perNano(capacity, averageRequestCost);
      addNegative((long) (unpaidNanos * price), atNanos);
    }
  }

  /**
   * The priority of a client of that capacity: tokens per unit of capacity, or below zero what it
   * has had without paying.
   */
  long priority(long capacity, long nowNanos) {
    long tokens = positiveAt(nowNanos);
    return tokens != 0 ? Long.divideUnsigned(tokens, capacity) : -negativeAt(nowNanos);
  }

  private static long add(ExpiredValue value, long amount, long offset) {
    if (overflows(value.valueAt(offset), amount)) {
      return 0;
    }
    return value.add(amount, offset);
  }
}
