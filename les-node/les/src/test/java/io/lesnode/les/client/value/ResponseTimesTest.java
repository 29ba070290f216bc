package io.lesnode.les.client.value;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.lesnode.flowcontrol.pool.ExpirationFactor;
import io.lesnode.primitives.rlp.RlpReader;
import io.lesnode.primitives.testing.Vectors;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.rlp.RLP;
import org.junit.jupiter.api.Test;

/** The histogram of response times: geth's figures, and the laws of its own tests. */
final class ResponseTimesTest {
  private static final long MILLI = TimeUnit.MILLISECONDS.toNanos(1);
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
  private static final long MIN = 50 * MILLI;
  private static final long MAX = 10 * SECOND;
  private static final ExpirationFactor NONE = ExpirationFactor.at(0);
  private static final TimeoutWeights WIDEST = TimeoutWeights.of(MAX);

  @Test
  void figuresAreGeths() {
    int steps = 0;
    for (var file : Vectors.files("misc", "response-time-stats*")) {
      Map<Integer, ResponseTimes> cases = new HashMap<>();
      for (JsonNode line : Traces.lines(file)) {
        check(line, cases);
        steps++;
      }
    }
    assertThat(steps).isPositive();
    System.out.printf("response times: %d steps equal%n", steps);
  }

  private static void check(JsonNode line, Map<Integer, ResponseTimes> cases) {
    String at = line.path("op").asText() + " " + line.path("case").asText();
    switch (line.path("op").asText()) {
      case "timeToStatScale" ->
          assertThat(ResponseTimes.scaleOf(line.path("time").asLong()))
              .as(at)
              .isEqualTo(line.path("index").asDouble());
      case "statScaleToTime" ->
          assertThat(ResponseTimes.nanosAt(line.path("index").asDouble()))
              .as(at)
              .isEqualTo(line.path("time").asLong());
      case "timeoutWeights" -> {
        TimeoutWeights weights = TimeoutWeights.of(line.path("timeout").asLong());
        for (int i = 0; i < ResponseTimes.SIZE; i++) {
          assertThat(weights.at(i))
              .as(at)
              .isCloseTo(line.path("weights").get(i).asDouble(), within(1e-12));
        }
      }
      case "add" -> {
        ResponseTimes times =
            cases.computeIfAbsent(line.path("case").asInt(), i -> new ResponseTimes());
        ExpirationFactor factor = ExpirationFactor.at(line.path("logOffset").asLong());
        times.add(line.path("respTime").asLong(), line.path("weight").asDouble(), factor);
        if (line.has("stats")) {
          checkAll(at, line, times, factor);
        }
      }
      default -> throw new AssertionError("unknown operation in " + line);
    }
  }

  private static void checkAll(
      String at, JsonNode line, ResponseTimes times, ExpirationFactor factor) {
    assertThat(times.counts()).as(at).isEqualTo(Traces.longs(line.path("stats")));
    assertThat(times.exponent()).as(at).isEqualTo(line.path("exp").asLong());
    Bytes encoded = RLP.encode(times::writeTo);
    assertThat(encoded.toUnprefixedHexString()).as(at).isEqualTo(line.path("rlp").asText());
    assertThat(RlpReader.decode(encoded, ResponseTimes::readFrom).counts())
        .isEqualTo(times.counts());
    line.path("timeouts")
        .properties()
        .forEach(
            e ->
                assertThat(times.timeoutNanos(Double.parseDouble(e.getKey())))
                    .as(at + " timeout " + e.getKey())
                    .isEqualTo(e.getValue().asLong()));
    TimeoutWeights weights = TimeoutWeights.of(line.path("timeoutForWeights").asLong());
    double value = line.path("value").asDouble();
    assertThat(times.value(weights, factor)).as(at).isCloseTo(value, within(1e-9 * (1 + value)));
    checkPoints(line.path("distribution"), times.distribution(false, factor));
    checkPoints(line.path("distributionNormalized"), times.distribution(true, factor));
  }

  private static void checkPoints(JsonNode expected, List<ResponseTimes.Point> points) {
    for (int i = 0; i < ResponseTimes.SIZE; i++) {
      assertThat(points.get(i).seconds()).isEqualTo(expected.get(i).get(0).asDouble());
      double value = expected.get(i).get(1).asDouble();
      assertThat(points.get(i).value()).isCloseTo(value, within(1e-12 * (1 + value)));
    }
  }

  @Test
  void aTimeComesBackFromTheScale() {
    for (long nanos : new long[] {MILLI, MIN, SECOND, 5 * SECOND, MAX}) {
      assertThat(ResponseTimes.nanosAt(ResponseTimes.scaleOf(nanos)))
          .isCloseTo(nanos, within(nanos / 100));
    }
    assertThat(ResponseTimes.nanosAt(ResponseTimes.scaleOf(2 * MAX)))
        .isCloseTo(MAX, within(MAX / 100));
  }

  @Test
  void theValueIsTheMeanWeight() {
    Random random = new Random(1);
    for (int i = 0; i < 1000; i++) {
      long max = MIN + 1 + random.nextLong(MAX - MIN);
      long min = MIN + random.nextLong(max - MIN);
      long timeout = max / 2 + random.nextLong(MAX - max / 2);
      double value = range(min, max, NONE).value(TimeoutWeights.of(timeout), NONE);
      double from = Math.PI / 2 * min / timeout;
      double to = Math.PI / 2 * max / timeout;
      double expected = Math.max(0, 1000 * (Math.sin(to) - Math.sin(from)) / (to - from));
      assertThat(value).as("%d..%d, %d", min, max, timeout).isCloseTo(expected, within(10.0));
    }
  }

  @Test
  void sumsAndDifferencesExpire() {
    Random random = new Random(2);
    ResponseTimes all = new ResponseTimes();
    ResponseTimes some = new ResponseTimes();
    double allExpected = 0;
    double someExpected = 0;
    long logOffset = 0;
    for (int i = 0; i < 1000; i++) {
      ExpirationFactor now = ExpirationFactor.at(logOffset);
      long max = MIN + 1 + random.nextLong(MAX - MIN);
      ResponseTimes times = range(MIN + random.nextLong(max - MIN), max, now);
      double value = times.value(WIDEST, now);
      all.add(times);
      allExpected += value;
      if (random.nextBoolean()) {
        some.add(times);
        someExpected += value;
      }
      logOffset += (long) (0.001 / Math.log(2) * (1 << 24));
      allExpected -= allExpected * 0.001;
      someExpected -= someExpected * 0.001;
    }
    ExpirationFactor now = ExpirationFactor.at(logOffset);
    assertThat(all.value(WIDEST, now)).isCloseTo(allExpected, within(allExpected / 100));
    assertThat(some.value(WIDEST, now)).isCloseTo(someExpected, within(someExpected / 100));
    all.subtract(some);
    double rest = allExpected - someExpected;
    assertThat(all.value(WIDEST, now)).isCloseTo(rest, within(rest / 100));
  }

  @Test
  void theTimeoutFailsTheWantedShare() {
    checkTimeouts(0, SECOND);
    checkTimeouts(SECOND, 2 * SECOND);
    checkTimeouts(SECOND, MAX);
  }

  private static void checkTimeouts(long min, long max) {
    ResponseTimes times = range(min, max, NONE);
    for (int i = 2; i < 9; i++) {
      assertThat(times.timeoutNanos(i / 10.0))
          .isCloseTo(max - (max - min) * i / 10, within((max - min) / 50));
    }
  }

  @Test
  void aVeryOldHistogramDoesNotOverflow() {
    ResponseTimes now = new ResponseTimes();
    ExpirationFactor late = ExpirationFactor.at(900L << 24);
    now.add(SECOND, 1e6, late);
    ResponseTimes old = new ResponseTimes();
    old.add(SECOND, 1e6, NONE);
    double before = now.value(WIDEST, late);

    now.add(old);
    assertThat(now.value(WIDEST, late)).isEqualTo(before);
    now.subtract(old);
    assertThat(now.value(WIDEST, late)).isEqualTo(before);
  }

  private static ResponseTimes range(long min, long max, ExpirationFactor now) {
    ResponseTimes times = new ResponseTimes();
    for (int i = 0; i < 1000; i++) {
      times.add(min + (max - min) * i / 999, 1, now);
    }
    return times;
  }
}
