package io.lesnode.evm;

import java.math.BigInteger;
import org.apache.tuweni.units.bigints.UInt256;

/** The price of blob gas (EIP-4844). */
public final class BlobGas {
  /** Blob gas of one blob. */
  public static final long PER_BLOB = 1 << 17;

  /** Most blobs in a block at Cancun. */
  public static final int MAX_BLOBS = 6;

  /** Blob gas per block that the price steers towards at Cancun. */
  public static final long TARGET = 3 * PER_BLOB;

  private static final BigInteger UPDATE_FRACTION = BigInteger.valueOf(3338477);

  private BlobGas() {}

  /** The excess blob gas of a block whose parent has these fields. */
  public static long excess(long parentExcess, long parentUsed) {
    return Math.max(0, parentExcess + parentUsed - TARGET);
  }

  /** Wei per blob gas: e to the power of excess / 3338477, by its Taylor series. */
  public static UInt256 baseFee(long excess) {
    BigInteger numerator = new BigInteger(Long.toUnsignedString(excess));
    BigInteger output = BigInteger.ZERO;
    BigInteger term = UPDATE_FRACTION; // times the minimum price, 1 wei
    for (long i = 1; term.signum() > 0; i++) {
      output = output.add(term);
      term = term.multiply(numerator).divide(UPDATE_FRACTION).divide(BigInteger.valueOf(i));
      if (output.bitLength() > 512) {
        return UInt256.MAX_VALUE; // no chain gets here; a hostile header must not cost more
      }
    }
    BigInteger fee = output.divide(UPDATE_FRACTION);
    return fee.bitLength() > 256 ? UInt256.MAX_VALUE : UInt256.valueOf(fee);
  }
}
