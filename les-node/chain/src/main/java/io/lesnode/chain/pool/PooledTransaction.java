package io.lesnode.chain.pool;

import io.lesnode.primitives.Address;
import io.lesnode.primitives.Transaction;
import io.lesnode.primitives.TransactionType;
import java.math.BigInteger;
import org.apache.tuweni.units.bigints.UInt256;

/** A transaction that passed validation, with its sender. */
record PooledTransaction(Transaction transaction, Address sender) {
  private static final int SLOT_BYTES = 32 * 1024;

  int slots() {
    return (transaction.encoded().size() + SLOT_BYTES - 1) / SLOT_BYTES;
  }

  static boolean isDynamic(Transaction transaction) {
    return transaction.type() == TransactionType.DYNAMIC_FEE
        || transaction.type() == TransactionType.BLOB;
  }

  static UInt256 feeCap(Transaction transaction) {
    return isDynamic(transaction) ? transaction.maxFeePerGas() : transaction.gasPrice();
  }

  static UInt256 tipCap(Transaction transaction) {
    return isDynamic(transaction) ? transaction.maxPriorityFeePerGas() : transaction.gasPrice();
  }

  /** Returns what the sender must own: value plus gas at the highest price. May exceed 256 bits. */
  static BigInteger cost(Transaction transaction) {
    return feeCap(transaction)
        .toUnsignedBigInteger()
        .multiply(new BigInteger(Long.toUnsignedString(transaction.gasLimit())))
        .add(transaction.value().toUnsignedBigInteger());
  }

  /** Returns the tip that a miner gets at a base fee; negative where the cap is below it. */
  static BigInteger tipAt(Transaction transaction, UInt256 baseFee) {
    return tipCap(transaction)
        .toUnsignedBigInteger()
        .min(feeCap(transaction).toUnsignedBigInteger().subtract(baseFee.toUnsignedBigInteger()));
  }

  /** Orders by what a miner gains at a base fee, then by cap, then by tip: the cheapest first. */
  static int compareValue(Transaction left, Transaction right, UInt256 baseFee) {
    int byTip = tipAt(left, baseFee).compareTo(tipAt(right, baseFee));
    if (byTip != 0) {
      return byTip;
    }
    int byCap = feeCap(left).compareTo(feeCap(right));
    return byCap != 0 ? byCap : tipCap(left).compareTo(tipCap(right));
  }

  /** Returns whether cap and tip are both higher and at least {@code bumpPercent} higher. */
  boolean isReplacedBy(Transaction other, int bumpPercent) {
    return outbids(feeCap(other), feeCap(transaction), bumpPercent)
        && outbids(tipCap(other), tipCap(transaction), bumpPercent);
  }

  private static boolean outbids(UInt256 offer, UInt256 standing, int bumpPercent) {
    BigInteger threshold =
        standing
            .toUnsignedBigInteger()
            .multiply(BigInteger.valueOf(100L + bumpPercent))
            .divide(BigInteger.valueOf(100));
    return offer.compareTo(standing) > 0 && offer.toUnsignedBigInteger().compareTo(threshold) >= 0;
  }
}
