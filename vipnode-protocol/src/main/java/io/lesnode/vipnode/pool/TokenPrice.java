package io.lesnode.vipnode.pool;

import java.math.BigInteger;
import org.apache.tuweni.units.bigints.UInt256;

/**
 * What a host wants for service.
 *
 * @param weiPerGigaToken wei for 10⁹ tokens, that is for about a second of a serving thread
 */
public record TokenPrice(long weiPerGigaToken) {
  private static final BigInteger GIGA = BigInteger.valueOf(1_000_000_000L);

  /** No price is negative. */
  public TokenPrice {
    if (weiPerGigaToken < 0) {
      throw new IllegalArgumentException("a price is not negative: " + weiPerGigaToken);
    }
  }

  /** The price of tokens, rounded down. */
  public UInt256 amountWei(long tokens) {
    return UInt256.valueOf(
        BigInteger.valueOf(weiPerGigaToken).multiply(BigInteger.valueOf(tokens)).divide(GIGA));
  }

  /**
   * The tokens that holding a capacity costs with geth's standard price factors: capacity is
   * counted in 10⁻⁶ tokens for a nanosecond.
   */
  public static long tokens(long capacity, long seconds) {
    return Math.multiplyExact(Math.multiplyExact(capacity, seconds), 1_000L);
  }
}
