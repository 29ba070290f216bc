package io.lesnode.payment.ticket;

import java.math.BigInteger;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;

/**
 * What a payee asks tickets to be like, for one payer.
 *
 * @param faceWei what a winning ticket pays; below 2^128
 * @param winProbability of 2^256: a ticket wins if its random number is below
 * @param expiryBlock the last block in which it is accepted
 * @param seed chosen by the payee; with its secret it gives the payee's random number
 * @param randHash keccak256 of that number, which binds the payee to it
 */
public record TicketParams(
    UInt256 faceWei, UInt256 winProbability, long expiryBlock, Bytes32 seed, Bytes32 randHash) {
  /** Checks the bounds. */
  public TicketParams {
    if (faceWei.isZero() || faceWei.bitLength() > 128 || expiryBlock < 0) {
      throw new IllegalArgumentException("a ticket has a face value below 2^128 and an expiry");
    }
  }

  /** What a ticket is worth on average, in wei, rounded down. */
  public UInt256 expectedWei() {
    BigInteger product =
        faceWei.toUnsignedBigInteger().multiply(winProbability.toUnsignedBigInteger());
    return UInt256.valueOf(product.shiftRight(256));
  }

  /** The probability with which tickets of a face value are worth so much on average. */
  public static UInt256 probability(UInt256 faceWei, UInt256 expectedWei) {
    if (expectedWei.compareTo(faceWei) >= 0) {
      throw new IllegalArgumentException("a ticket is worth less than its face value");
    }
    BigInteger face = faceWei.toUnsignedBigInteger();
    BigInteger shifted = expectedWei.toUnsignedBigInteger().shiftLeft(256);
    return UInt256.valueOf(shifted.add(face).subtract(BigInteger.ONE).divide(face));
  }
}
