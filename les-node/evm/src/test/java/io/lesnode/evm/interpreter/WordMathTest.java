package io.lesnode.evm.interpreter;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.BinaryOperator;
import org.junit.jupiter.api.Test;

/** Word arithmetic against {@link BigInteger}, on edge values and many random ones. */
class WordMathTest {
  private static final BigInteger TWO_256 = BigInteger.ONE.shiftLeft(256);
  private static final long SEED = 20261121;
  private static final int RANDOM_PAIRS = 3000;

  private interface Operation {
    void apply(long[] s, int a);
  }

  @Test
  void binaryOperations() {
    check("add", WordMath::add, BigInteger::add);
    check("sub", WordMath::sub, BigInteger::subtract);
    check("mul", WordMath::mul, BigInteger::multiply);
    check("div", WordMath::div, (a, b) -> b.signum() == 0 ? b : a.divide(b));
    check("mod", WordMath::mod, (a, b) -> b.signum() == 0 ? b : a.mod(b));
    check("exp", WordMath::exp, (a, b) -> a.modPow(b, TWO_256));
    check("and", WordMath::and, BigInteger::and);
    check("or", WordMath::or, BigInteger::or);
    check("xor", WordMath::xor, BigInteger::xor);
  }

  @Test
  void signedOperations() {
    check("sdiv", WordMath::sdiv, (a, b) -> b.signum() == 0 ? b : signed(a).divide(signed(b)));
    check("smod", WordMath::smod, (a, b) -> b.signum() == 0 ? b : signed(a).remainder(signed(b)));
    check("signextend", WordMath::signextend, WordMathTest::signExtended);
  }

  @Test
  void comparisons() {
    check("lt", WordMath::lt, (a, b) -> truth(a.compareTo(b) < 0));
    check("gt", WordMath::gt, (a, b) -> truth(a.compareTo(b) > 0));
    check("slt", WordMath::slt, (a, b) -> truth(signed(a).compareTo(signed(b)) < 0));
    check("sgt", WordMath::sgt, (a, b) -> truth(signed(a).compareTo(signed(b)) > 0));
    check("eq", WordMath::eq, (a, b) -> truth(a.equals(b)));
  }

  @Test
  void shiftsAndBytes() {
    check("shl", WordMath::shl, (a, b) -> isShift(a) ? b.shiftLeft(a.intValue()) : zero());
    check("shr", WordMath::shr, (a, b) -> isShift(a) ? b.shiftRight(a.intValue()) : zero());
    check("sar", WordMath::sar, (a, b) -> signed(b).shiftRight(isShift(a) ? a.intValue() : 256));
    check(
        "byte",
        WordMath::byteAt,
        (a, b) ->
            a.compareTo(BigInteger.valueOf(32)) < 0
                ? b.shiftRight(8 * (31 - a.intValue())).and(BigInteger.valueOf(0xff))
                : zero());
  }

  @Test
  void modularOperations() {
    Random random = new Random(SEED);
    for (int i = 0; i < RANDOM_PAIRS; i++) {
      BigInteger a = value(random);
      BigInteger b = value(random);
      BigInteger n = value(random);
      boolean zero = n.signum() == 0;
      assertThat(ternary(WordMath::addmod, a, b, n))
          .as("(%s + %s) mod %s", a, b, n)
          .isEqualTo(zero ? n : a.add(b).mod(n));
      assertThat(ternary(WordMath::mulmod, a, b, n))
          .as("(%s * %s) mod %s", a, b, n)
          .isEqualTo(zero ? n : a.multiply(b).mod(n));
    }
  }

  private static void check(String name, Operation operation, BinaryOperator<BigInteger> expected) {
    List<BigInteger> edges = edges();
    for (BigInteger a : edges) {
      for (BigInteger b : edges) {
        checkOne(name, operation, expected, a, b);
      }
    }
    Random random = new Random(SEED);
    for (int i = 0; i < RANDOM_PAIRS; i++) {
      checkOne(name, operation, expected, value(random), value(random));
    }
  }

  private static void checkOne(
      String name,
      Operation operation,
      BinaryOperator<BigInteger> expected,
      BigInteger a,
      BigInteger b) {
    long[] s = new long[8];
    put(s, 4, a);
    put(s, 0, b);
    operation.apply(s, 4);
    assertThat(get(s, 0))
        .as("%s of %s and %s", name, a, b)
        .isEqualTo(expected.apply(a, b).mod(TWO_256));
  }

  private static BigInteger ternary(Operation operation, BigInteger a, BigInteger b, BigInteger c) {
    long[] s = new long[12];
    put(s, 8, a);
    put(s, 4, b);
    put(s, 0, c);
    operation.apply(s, 8);
    return get(s, 0);
  }

  private static List<BigInteger> edges() {
    List<BigInteger> values = new ArrayList<>();
    for (int bit : new int[] {0, 5, 8, 31, 32, 63, 64, 127, 128, 191, 192, 255, 256}) {
      BigInteger power = BigInteger.ONE.shiftLeft(bit);
      values.add(power.mod(TWO_256));
      values.add(power.subtract(BigInteger.ONE));
      values.add(power.negate().mod(TWO_256));
    }
    values.add(zero());
    values.add(BigInteger.valueOf(31));
    return values;
  }

  /** A number of random length, so that short and long operands meet. */
  private static BigInteger value(Random random) {
    BigInteger value = new BigInteger(random.nextInt(257), random);
    return random.nextInt(4) == 0 ? value.negate().mod(TWO_256) : value;
  }

  private static BigInteger signExtended(BigInteger a, BigInteger b) {
    if (a.compareTo(BigInteger.valueOf(31)) >= 0) {
      return b;
    }
    int bits = 8 * (a.intValue() + 1);
    BigInteger low = b.mod(BigInteger.ONE.shiftLeft(bits));
    return low.testBit(bits - 1) ? low.subtract(BigInteger.ONE.shiftLeft(bits)) : low;
  }

  private static BigInteger signed(BigInteger value) {
    return value.testBit(255) ? value.subtract(TWO_256) : value;
  }

  private static boolean isShift(BigInteger value) {
    return value.compareTo(BigInteger.valueOf(256)) < 0;
  }

  private static BigInteger truth(boolean value) {
    return value ? BigInteger.ONE : BigInteger.ZERO;
  }

  private static BigInteger zero() {
    return BigInteger.ZERO;
  }

  private static void put(long[] s, int at, BigInteger value) {
    for (int i = 0; i < 4; i++) {
      s[at + i] = value.shiftRight(64 * i).longValue();
    }
  }

  private static BigInteger get(long[] s, int at) {
    BigInteger value = BigInteger.ZERO;
    for (int i = 3; i >= 0; i--) {
      value = value.shiftLeft(64).or(new BigInteger(Long.toUnsignedString(s[at + i])));
    }
    return value;
  }
}
