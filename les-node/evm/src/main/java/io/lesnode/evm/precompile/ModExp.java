package io.lesnode.evm.precompile;

import java.math.BigInteger;
import org.apache.tuweni.bytes.Bytes;

/**
 * Modular exponentiation of numbers of any length, at address 5 (EIP-198; priced anew by EIP-2565).
 *
 * <p>Three words give the lengths of base, exponent and modulus, which follow; input past the end
 * reads as zeros. The price bounds what is allocated: it grows with the square of base and modulus
 * and linearly with the exponent, except where base and modulus are both empty, and then nothing is
 * read.
 */
final class ModExp implements Precompile {
  private static final int HEADER_BYTES = 96;
  private static final BigInteger LONG_MAX = BigInteger.valueOf(Long.MAX_VALUE);
  private static final BigInteger WORD_BYTES = BigInteger.valueOf(32);

  private final boolean eip2565;

  ModExp(boolean eip2565) {
    this.eip2565 = eip2565;
  }

  @Override
  public long gas(Bytes input) {
    BigInteger baseLength = number(input, 0, 32);
    BigInteger exponentLength = number(input, 32, 32);
    BigInteger modulusLength = number(input, 64, 32);
    BigInteger complexity = complexity(baseLength.max(modulusLength));
    BigInteger iterations = iterations(input, baseLength, exponentLength);
    BigInteger gas =
        complexity
            .multiply(iterations.max(BigInteger.ONE))
            .divide(BigInteger.valueOf(eip2565 ? 3 : 20));
    if (eip2565) {
      gas = gas.max(BigInteger.valueOf(200));
    }
    return gas.compareTo(LONG_MAX) > 0 ? -1 : gas.longValueExact();
  }

  private BigInteger complexity(BigInteger length) {
    BigInteger squared = length.multiply(length);
    if (eip2565) {
      BigInteger words = length.add(BigInteger.valueOf(7)).shiftRight(3);
      return words.multiply(words);
    }
    if (length.compareTo(BigInteger.valueOf(64)) <= 0) {
      return squared;
    }
    if (length.compareTo(BigInteger.valueOf(1024)) <= 0) {
      return squared
          .shiftRight(2)
          .add(length.multiply(BigInteger.valueOf(96)))
          .subtract(BigInteger.valueOf(3072));
    }
    return squared
        .shiftRight(4)
        .add(length.multiply(BigInteger.valueOf(480)))
        .subtract(BigInteger.valueOf(199680));
  }

  /** About how many squarings: the position of the exponent's highest bit, judged by its head. */
  private static BigInteger iterations(
      Bytes input, BigInteger baseLength, BigInteger exponentLength) {
    int available = Math.max(0, input.size() - HEADER_BYTES);
    BigInteger head = BigInteger.ZERO;
    if (baseLength.compareTo(BigInteger.valueOf(available)) < 0) {
      int length = exponentLength.min(WORD_BYTES).intValueExact();
      head = number(input, HEADER_BYTES + baseLength.intValueExact(), length);
    }
    BigInteger highestBit = BigInteger.valueOf(Math.max(0, head.bitLength() - 1));
    return exponentLength.compareTo(WORD_BYTES) <= 0
        ? highestBit
        : exponentLength.subtract(WORD_BYTES).shiftLeft(3).add(highestBit);
  }

  @Override
  public Bytes run(Bytes input) throws PrecompileException {
    BigInteger baseBytes = number(input, 0, 32);
    BigInteger modulusBytes = number(input, 64, 32);
    if (baseBytes.signum() == 0 && modulusBytes.signum() == 0) {
      return Bytes.EMPTY;
    }
    int baseLength = length(baseBytes);
    int exponentLength = length(number(input, 32, 32));
    int modulusLength = length(modulusBytes);
    long at = HEADER_BYTES;
    BigInteger base = number(input, at, baseLength);
    at += baseLength;
    BigInteger exponent = number(input, at, exponentLength);
    at += exponentLength;
    BigInteger modulus = number(input, at, modulusLength);
    byte[] result = new byte[modulusLength];
    if (modulus.signum() != 0) {
      byte[] power = base.modPow(exponent, modulus).toByteArray();
      int skip = power.length > modulusLength ? 1 : 0; // a zero byte for the sign
      int length = power.length - skip;
      System.arraycopy(power, skip, result, modulusLength - length, length);
    }
    return Bytes.wrap(result);
  }

  /** A length that has been paid for; one that no array can have is refused. */
  private static int length(BigInteger bytes) throws PrecompileException {
    if (bytes.bitLength() > 31) {
      throw new PrecompileException("modexp operand of " + bytes + " bytes");
    }
    return bytes.intValueExact();
  }

  /** The big-endian number of {@code length} bytes at {@code from}, zeros past the end. */
  private static BigInteger number(Bytes input, long from, int length) {
    if (from >= input.size() || length == 0) {
      return BigInteger.ZERO;
    }
    int available = (int) Math.min(length, input.size() - from);
    BigInteger value = new BigInteger(1, input.toArrayUnsafe(), (int) from, available);
    return value.shiftLeft(8 * (length - available));
  }
}
