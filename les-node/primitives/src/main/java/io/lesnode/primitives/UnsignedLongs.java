package io.lesnode.primitives;

import java.math.BigInteger;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.rlp.RLPWriter;

/** The unsigned 64-bit integers of the protocol, held in a {@code long}. */
public final class UnsignedLongs {
  private UnsignedLongs() {}

  /** The value as a non-negative big integer. */
  public static BigInteger toBigInteger(long value) {
    return value >= 0 ? BigInteger.valueOf(value) : new BigInteger(Long.toUnsignedString(value));
  }

  /** Writes the value as an RLP integer. */
  public static void write(RLPWriter writer, long value) {
    if (value >= 0) {
      writer.writeLong(value);
    } else {
      writer.writeValue(Bytes.ofUnsignedLong(value));
    }
  }
}
