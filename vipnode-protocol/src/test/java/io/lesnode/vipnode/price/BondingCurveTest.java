package io.lesnode.vipnode.price;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** The law of the price, beside figures of another implementation with 150 digits. */
class BondingCurveTest {
  private static final BigInteger HUNDRED = BigInteger.valueOf(100).shiftLeft(64);

  @Test
  void logarithmAndExponentialAreJustBelowTheTrueValue() throws IOException {
    JsonNode file = file();
    for (JsonNode row : file.get("ln")) {
      BigInteger error = number(row, 2).subtract(FixedPoint.ln(number(row, 0), number(row, 1)));
      assertThat(error).isBetween(BigInteger.ZERO, FixedPoint.MAX_ERROR);
    }
    for (JsonNode row : file.get("exp")) {
      BigInteger value = FixedPoint.exp(number(row, 0), number(row, 1));
      BigInteger bound = number(row, 2).shiftRight(100).add(BigInteger.valueOf(1000));
      assertThat(number(row, 2).subtract(value).abs()).isLessThanOrEqualTo(bound);
    }
  }

  @Test
  void costsAreTheIntegralRoundedAgainstTheTrader() throws IOException {
    for (JsonNode row : file().get("cost")) {
      long sold = number(row, 0).longValueExact();
      long tokens = number(row, 3).longValueExact();
      BondingCurve curve =
          new BondingCurve(sold, number(row, 1).longValueExact(), number(row, 2), BigInteger.ZERO);
      assertThat(curve.costOf(tokens)).isEqualTo(number(row, 4));
      assertThat(curve.withSold(sold + tokens).refundOf(tokens)).isEqualTo(number(row, 5));
    }
  }

  @Test
  void theWorkedExample() {
    BondingCurve curve = new BondingCurve(0, 1_000_000, HUNDRED, BigInteger.ZERO);
    assertThat(curve.costOf(500_000)).isEqualTo(25_000_000);
    BondingCurve middle = curve.withSold(500_000);
    assertThat(middle.costOf(250_000)).isEqualTo(34_657_360);
    assertThat(middle.unitPriceWeiPer1e9()).contains(BigInteger.valueOf(100_000_000_000L));
    assertThat(curve.withSold(250_000).unitPriceWeiPer1e9())
        .contains(BigInteger.valueOf(50_000_000_000L));
    assertThat(curve.withSold(750_000).unitPriceWeiPer1e9())
        .contains(BigInteger.valueOf(200_000_000_000L));
    assertThat(curve.withSold(999_999).unitPriceWeiPer1e9()).isEmpty();
  }

  @Test
  void atTheLimitNothingIsToBeHad() {
    BondingCurve curve = new BondingCurve(999_998, 1_000_000, HUNDRED, BigInteger.ZERO);
    assertThat(curve.availableTokens()).isOne();
    assertThat(curve.tokensFor(BigInteger.ONE.shiftLeft(200), Long.MAX_VALUE)).isOne();
    assertThatIllegalArgumentException().isThrownBy(() -> curve.costOf(2));
    BondingCurve beyond = curve.withSold(2_000_000);
    assertThat(beyond.availableTokens()).isZero();
    assertThat(beyond.tokensFor(BigInteger.TWO, 1)).isZero();
    // tokens that the limit sank below bring nothing, the others what the curve says
    assertThat(beyond.refundOf(1_000_001)).isZero();
    assertThat(beyond.refundOf(1_000_002)).isPositive();
  }

  @Test
  void aFloorHoldsWhereTheCurveIsBelowIt() {
    BigInteger floor = BigInteger.valueOf(60).shiftLeft(64);
    BondingCurve curve = new BondingCurve(0, 1_000_000, HUNDRED, floor);
    assertThat(curve.costOf(300_000)).isEqualTo(18_000_000);
    assertThat(curve.costOf(500_000)).isEqualTo(18_000_000 + 16_000_000);
    assertThat(curve.unitPriceWeiPer1e9()).contains(BigInteger.valueOf(60_000_000_000L));
    BigInteger high = BigInteger.valueOf(200).shiftLeft(64);
    BondingCurve higher = new BondingCurve(0, 1_000_000, HUNDRED, high);
    assertThat(higher.costOf(750_000)).isEqualTo(150_000_000);
    assertThat(higher.withSold(750_000).costOf(1))
        .isEqualTo(new BondingCurve(750_000, 1_000_000, HUNDRED, BigInteger.ZERO).costOf(1));
  }

  @Test
  void evenATinyPurchaseCostsSomething() {
    BondingCurve curve = new BondingCurve(0, 1L << 62, BigInteger.ONE, BigInteger.ZERO);
    assertThat(curve.costOf(1)).isOne();
    assertThat(curve.tokensFor(BigInteger.ONE, Long.MAX_VALUE)).isGreaterThan(1L << 50);
  }

  /** A billion tokens at the price of vipnode, 104 wei each: an hour and more of a small client. */
  @Test
  void theScaleOfAServer() {
    long limit = TokenMarket.maxTokenLimit(10_000_000, 1_000_000);
    assertThat(limit).isEqualTo(18_000_000_000_000L);
    BigInteger base = BondingCurve.priceQ64(BigInteger.valueOf(104_000_000_000L));
    BondingCurve curve = new BondingCurve(limit / 2, limit, base, BigInteger.ZERO);
    double wei = curve.costOf(57_600_000_000L).doubleValue();
    assertThat(wei).isCloseTo(104.0 * 57_600_000_000L, within(wei / 100));
  }

  private static BigInteger number(JsonNode row, int index) {
    return new BigInteger(row.get(index).asText());
  }

  private static JsonNode file() throws IOException {
    try (InputStream in =
        Objects.requireNonNull(BondingCurveTest.class.getResourceAsStream("curve.json"))) {
      return new ObjectMapper().readTree(in);
    }
  }
}
