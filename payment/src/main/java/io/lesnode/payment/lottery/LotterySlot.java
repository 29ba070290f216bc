package io.lesnode.payment.lottery;

import java.math.BigInteger;
import java.util.OptionalLong;
import org.apache.tuweni.units.bigints.UInt256;

/**
 * The numbers of a lottery that belong to one payee: of 0 … 2^32 − 1 those that begin with the
 * {@code depth} bits of {@code position}.
 *
 * <p>A cheque up to {@code range} gives its payee the numbers from {@link #lower} to {@code range}.
 * It is worth, with {@code assigned = amount >> depth} as the value of the whole slot,
 *
 * <pre>{@code assigned * (range - lower + 1) >> (32 - depth)}</pre>
 *
 * wei: exactly {@code assigned} for the whole slot, and since a payment is worth the difference of
 * two such values, any sequence of payments sums up to the value of its last cheque.
 *
 * @param depth elements of the Merkle proof, 0 to 8
 * @param position 0 to 2^depth − 1
 */
public record LotterySlot(int depth, int position) {
  /** The deepest leaf that the contract can read. */
  public static final int MAX_DEPTH = 8;

  /** How many bits a drawn number has. */
  static final int BITS = 32;

  /** Checks the bounds. */
  public LotterySlot {
    if (depth < 0 || depth > MAX_DEPTH || position < 0 || position >= 1 << depth) {
      throw new IllegalArgumentException("no slot " + position + " at depth " + depth);
    }
  }

  /** The first number. */
  public long lower() {
    return position * width();
  }

  /** The last number. */
  public long upper() {
    return lower() + width() - 1;
  }

  /** How many numbers there are. */
  public long width() {
    return (1L << BITS) >> depth;
  }

  /** Whether a cheque can have this range. */
  public boolean holds(long range) {
    return range >= lower() && range <= upper();
  }

  /** What the whole slot of a pot is worth, in wei. */
  public UInt256 assignedWei(UInt256 amountWei) {
    return amountWei.shiftRight(depth);
  }

  /**
   * What a cheque is worth, in wei.
   *
   * @param amountWei the pot, below 2^128
   * @param range the last number that it gives, within the slot
   */
  public UInt256 valueWei(UInt256 amountWei, long range) {
    if (!holds(range)) {
      throw new IllegalArgumentException("range " + range + " is outside of " + this);
    }
    return assignedWei(amountWei)
        .multiply(UInt256.valueOf(range - lower() + 1))
        .shiftRight(BITS - depth);
  }

  /** The smallest range whose cheque is worth so much, or empty if the slot is not. */
  public OptionalLong rangeWorth(UInt256 amountWei, UInt256 wei) {
    BigInteger assigned = assignedWei(amountWei).toUnsignedBigInteger();
    if (assigned.signum() == 0) {
      return OptionalLong.empty();
    }
    BigInteger[] count =
        wei.toUnsignedBigInteger().shiftLeft(BITS - depth).divideAndRemainder(assigned);
    BigInteger numbers = count[1].signum() == 0 ? count[0] : count[0].add(BigInteger.ONE);
    if (numbers.signum() == 0 || numbers.compareTo(BigInteger.valueOf(width())) > 0) {
      return OptionalLong.empty();
    }
    return OptionalLong.of(lower() + numbers.longValueExact() - 1);
  }

  /** Whether a drawn number makes the holder of a cheque up to {@code range} the winner. */
  public boolean wins(long drawn, long range) {
    return drawn >= lower() && drawn <= range && holds(range);
  }
}
