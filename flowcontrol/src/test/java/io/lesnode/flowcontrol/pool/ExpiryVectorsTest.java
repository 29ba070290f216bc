package io.lesnode.flowcontrol.pool;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.lesnode.flowcontrol.Traces;
import io.lesnode.primitives.testing.Vectors;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Expiry and its stored form, bit by bit as geth's. */
class ExpiryVectorsTest {

  @Test
  void amountsExpireAsGeths() {
    int steps = 0;
    for (Path file : Vectors.files("pool", "expired-value*")) {
      Map<Integer, ExpiredValue> values = new HashMap<>();
      for (JsonNode line : Traces.lines(file)) {
        ExpiredValue value =
            values.computeIfAbsent(line.path("case").asInt(), i -> new ExpiredValue());
        perform(line, value);
        String at = line.toString();
        long offset = line.path("logOffset").asLong();
        assertThat(value).as(at).isEqualTo(stored(line.path("base"), line.path("exp")));
        assertThat(value.valueAt(offset)).as(at).isEqualTo(unsigned(line.path("value")));
        assertThat(HexFormat.of().formatHex(BalanceRecords.value(value)))
            .as(at)
            .isEqualTo(line.path("rlp").asText());
        ExpirationFactor factor = ExpirationFactor.at(offset);
        assertThat(factor.exponent()).as(at).isEqualTo(unsigned(line.path("factorExp")));
        assertThat(factor.factor()).as(at).isEqualTo(line.path("factor").asDouble());
        assertThat(factor.value(FixedPoint.unsigned(value.base()), value.exponent()))
            .as(at)
            .isEqualTo(line.path("factorValue").asDouble());
        steps++;
      }
    }
    assertThat(steps).isPositive();
    System.out.printf("pool: %d steps of expired values equal%n", steps);
  }

  private static void perform(JsonNode line, ExpiredValue value) {
    switch (line.path("op").asText()) {
      case "add" ->
          assertThat(value.add(line.path("amount").asLong(), line.path("logOffset").asLong()))
              .as(line.toString())
              .isEqualTo(line.path("net").asLong());
      case "addExp" -> value.add(stored(line.path("other").get(0), line.path("other").get(1)));
      case "subExp" -> value.subtract(stored(line.path("other").get(0), line.path("other").get(1)));
      case "value" -> {} // only read
      default -> throw new AssertionError("unknown operation in " + line);
    }
  }

  @Test
  void offsetsGrowAsGeths() {
    int steps = 0;
    for (Path file : Vectors.files("pool", "expirer*")) {
      Map<Integer, Expirer> expirers = new HashMap<>();
      for (JsonNode line : Traces.lines(file)) {
        Expirer expirer = expirers.computeIfAbsent(line.path("case").asInt(), i -> new Expirer(0));
        long now = line.path("now").asLong();
        switch (line.path("op").asText()) {
          case "logOffset" -> {}
          case "setRate" ->
              expirer.setRate(
                  Double.longBitsToDouble(
                      Long.parseUnsignedLong(line.path("rateBits").asText(), 16)),
                  now);
          case "setLogOffset" -> expirer.setLogOffset(line.path("setLogOffset").asLong(), now);
          default -> throw new AssertionError("unknown operation in " + line);
        }
        long offset = expirer.logOffset(now);
        assertThat(offset).as(line.toString()).isEqualTo(line.path("logOffset").asLong());
        assertThat(Double.doubleToRawLongBits(FixedPoint.pow2(FixedPoint.fraction(offset))))
            .as(line.toString())
            .isEqualTo(Long.parseUnsignedLong(line.path("pow2Bits").asText(), 16));
        steps++;
      }
    }
    assertThat(steps).isPositive();
    System.out.printf("pool: %d steps of expirers equal%n", steps);
  }

  @Test
  void recordsAreGeths() {
    int records = 0;
    for (Path file : Vectors.files("pool", "clientdb*")) {
      for (JsonNode line : Traces.lines(file)) {
        checkRecord(line);
        records++;
      }
    }
    assertThat(records).isPositive();
    System.out.printf("pool: %d stored records equal%n", records);
  }

  private static void checkRecord(JsonNode line) {
    String at = line.toString();
    byte[] key = HexFormat.of().parseHex(line.path("key").asText());
    byte[] value = HexFormat.of().parseHex(line.path("value").asText());
    Recorder read = new Recorder();
    BalanceRecords.read(key, value, read);
    if (line.path("expiration").asBoolean()) {
      long positive = line.path("posLogOffset").asLong();
      long negative = line.path("negLogOffset").asLong();
      assertThat(read.seen).as(at).containsExactly(positive + " " + negative);
      assertThat(BalanceRecords.expirationKey()).as(at).isEqualTo(key);
      assertThat(BalanceRecords.expirationValue(positive, negative)).as(at).isEqualTo(value);
      return;
    }
    ExpiredValue balance = stored(line.path("base"), line.path("exp"));
    assertThat(BalanceRecords.value(balance)).as(at).isEqualTo(value);
    if (line.path("negative").asBoolean()) {
      String address = line.path("address").asText();
      assertThat(BalanceRecords.negativeKey(address)).as(at).isEqualTo(key);
      assertThat(read.seen).as(at).containsExactly(address + " " + balance);
    } else {
      ClientId id = ClientId.of(line.path("id").asText());
      assertThat(BalanceRecords.positiveKey(id)).as(at).isEqualTo(key);
      assertThat(read.seen).as(at).containsExactly(id + " " + balance);
    }
  }

  /** Notes what a record was read as. */
  private static final class Recorder implements BalanceRecords.Reader {
    final List<String> seen = new ArrayList<>();

    @Override
    public void positive(ClientId id, ExpiredValue value) {
      seen.add(id + " " + value);
    }

    @Override
    public void negative(String freeClientId, ExpiredValue value) {
      seen.add(freeClientId + " " + value);
    }

    @Override
    public void expiration(long positiveLogOffset, long negativeLogOffset) {
      seen.add(positiveLogOffset + " " + negativeLogOffset);
    }
  }

  private static ExpiredValue stored(JsonNode base, JsonNode exponent) {
    return new ExpiredValue(unsigned(base), unsigned(exponent));
  }

  private static long unsigned(JsonNode number) {
    return Long.parseUnsignedLong(number.asText());
  }
}
