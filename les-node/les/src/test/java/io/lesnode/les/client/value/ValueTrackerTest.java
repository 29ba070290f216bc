package io.lesnode.les.client.value;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.lesnode.flowcontrol.cost.RequestCost;
import io.lesnode.flowcontrol.cost.RequestKind;
import io.lesnode.flowcontrol.pool.ExpirationFactor;
import io.lesnode.les.client.value.ServiceVector.Served;
import io.lesnode.les.client.value.ValueTracker.Rates;
import io.lesnode.primitives.testing.Vectors;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.junit.jupiter.api.Test;

/** What servers are worth: geth's figures, and the rounds of its own test. */
final class ValueTrackerTest {
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
  private static final long HOUR = TimeUnit.HOURS.toNanos(1);
  private static final Bytes KEY = Bytes.wrap("vt:".getBytes(StandardCharsets.US_ASCII));

  private final ServerMemory memory = ServerMemory.transientMemory();

  // ---- geth's traces

  /** One case of a trace. */
  private static final class Replay {
    private final ServerMemory memory = ServerMemory.transientMemory();
    private final Map<Integer, Bytes32> ids = new HashMap<>();
    private final ValueTracker tracker;
    private long nowNanos;

    private Replay(JsonNode line) {
      List<RequestType> types = new ArrayList<>();
      for (JsonNode type : line.path("requestTypes")) {
        types.add(
            new RequestType(
                type.path("Name").asText(),
                type.path("InitAmount").asDouble(),
                type.path("InitValue").asDouble()));
      }
      double expiry = line.path("statsExpRate").asDouble();
      Rates rates = new Rates(line.path("transferRate").asDouble(), expiry, expiry);
      tracker = new ValueTracker(memory, rates, types, 0, 0);
      checkReference("new", line.path("ref"));
    }

    private void perform(String at, JsonNode line) {
      int server = line.path("server").asInt();
      switch (line.path("op").asText()) {
        case "register" -> {
          Bytes32 id = Bytes32.fromHexString(line.path("id").asText());
          ids.put(server, id);
          tracker.register(id, nowNanos);
          tracker.onCosts(id, Traces.longs(line.path("reqCosts")));
          checkServer(at, id, line);
        }
        case "advance" -> nowNanos = line.path("now").asLong();
        case "update" -> {
          tracker.update(nowNanos, nowNanos);
          checkReference(at, line.path("ref"));
          long timeout = line.path("timeoutForWeights").asLong();
          for (JsonNode one : line.path("servers")) {
            Bytes32 id = ids.get(one.path("server").asInt());
            checkServer(at, id, one);
            double value = one.path("value").asDouble();
            assertThat(
                    tracker
                        .serverTimes(id)
                        .value(TimeoutWeights.of(timeout), tracker.factor(nowNanos)))
                .as(at)
                .isCloseTo(value, within(1e-9 * (1 + value)));
          }
        }
        case "served" -> {
          List<Served> served = new ArrayList<>();
          for (JsonNode part : line.path("requests")) {
            served.add(new Served(part.path("ReqType").asInt(), part.path("Amount").asLong()));
          }
          Bytes32 id = ids.get(server);
          tracker.onServed(id, served, line.path("respTime").asLong());
          checkServer(at, id, line);
          assertThat(tracker.serverTimes(id).counts())
              .as(at)
              .isEqualTo(Traces.longs(line.path("rtStats")));
        }
        case "unregister" -> {
          Bytes32 id = ids.get(server);
          tracker.onDisconnected(id);
          assertThat(memory.load(Bytes.fromHexString(line.path("dbKey").asText())))
              .as(at)
              .contains(Bytes.fromHexString(line.path("dbValue").asText()));
        }
        case "end" -> checkEnd(at, line);
        default -> throw new AssertionError("unknown operation in " + line);
      }
    }

    private void checkEnd(String at, JsonNode line) {
      // the trace read both statistics, each with an update of its own
      ResponseTimes all = tracker.responseTimes(Optional.empty(), nowNanos);
      List<ValueTracker.RequestStatistic> statistics = tracker.requestStatistics(nowNanos);
      assertThat(all.counts()).as(at).isEqualTo(Traces.longs(line.path("rtStats")));
      for (int i = 0; i < statistics.size(); i++) {
        JsonNode expected = line.path("requestStats").get(i);
        assertThat(statistics.get(i).name()).isEqualTo(expected.path("Name").asText());
        assertThat(statistics.get(i).amount())
            .as(at)
            .isEqualTo(expected.path("ReqAmount").asDouble());
        assertThat(statistics.get(i).value())
            .as(at)
            .isCloseTo(expected.path("ReqValue").asDouble(), within(1e-9));
      }
    }

    private void checkReference(String at, JsonNode expected) {
      JsonNode items = expected.path("basket").path("items");
      RequestBasket contents = tracker.reference().contents();
      assertThat(contents.amounts).as(at).isEqualTo(Traces.column(items, 0));
      assertThat(contents.values).as(at).isEqualTo(Traces.column(items, 1));
      assertThat(tracker.reference().requestValues())
          .as(at)
          .isEqualTo(Traces.doubles(expected.path("reqValues")));
    }

    private void checkServer(String at, Bytes32 id, JsonNode expected) {
      JsonNode items = expected.path("basket").path("items");
      ServerBasket basket = tracker.basketOf(id);
      assertThat(basket.contents().amounts).as(at).isEqualTo(Traces.column(items, 0));
      assertThat(basket.contents().values).as(at).isEqualTo(Traces.column(items, 1));
      assertThat(basket.valueFactor()).as(at).isEqualTo(expected.path("rvFactor").asDouble());
    }
  }

  @Test
  void everyFigureIsGeths() {
    int steps = 0;
    for (var file : Vectors.files("misc", "value-tracker*")) {
      Map<Integer, Replay> replays = new HashMap<>();
      for (JsonNode line : Traces.lines(file)) {
        int number = line.path("case").asInt();
        Replay replay = replays.get(number);
        if (replay == null) {
          replays.put(number, new Replay(line));
        } else {
          replay.perform("case " + number + " step " + steps, line);
        }
        steps++;
      }
    }
    assertThat(steps).isPositive();
    System.out.printf("value tracker: %d steps equal%n", steps);
  }

  // ---- geth's own test

  private static final int TYPES = 3;
  private static final int SERVERS = 5;
  private static final int REQUESTS = 10_000;
  private static final int ROUNDS = 10;
  private static final TimeoutWeights WIDEST = TimeoutWeights.of(10 * SECOND);

  @Test
  void valuesFollowPricesThroughRestarts() {
    Random random = new Random(5);
    double[] prices = new double[TYPES];
    long[] amounts = new long[TYPES];
    List<RequestType> types = new ArrayList<>();
    for (int i = 0; i < TYPES; i++) {
      types.add(new RequestType("request" + i, 1, 1));
      prices[i] = random.nextDouble() + 0.1;
      amounts[i] = 1;
    }
    long now = 0;
    for (int round = 0; round < ROUNDS; round++) {
      boolean requests = round < ROUNDS - 2;
      boolean expiring = round == ROUNDS - 1;
      double rate = expiring ? Math.log(2) / (100 * HOUR) : 0;
      ValueTracker tracker =
          new ValueTracker(memory, new Rates(1.0 / HOUR, rate, rate), types, now, now);
      for (int i = 0; i < SERVERS; i++) {
        tracker.register(id(i), now);
        double base = random.nextDouble() * 10_000_000 + 100_000;
        tracker.onCosts(id(i), Arrays.stream(prices).mapToLong(p -> (long) (base * p)).toArray());
      }
      long nextUpdate = now + ValueTracker.UPDATE_NANOS;
      for (int i = 0; requests && i < REQUESTS; i++) {
        int type = random.nextInt(TYPES);
        int amount = random.nextInt(10) + 1;
        int server = random.nextInt(SERVERS);
        long response = (long) ((random.nextDouble() + 1) * SECOND * (server + 1) / SERVERS);
        amounts[type] += amount;
        tracker.onServed(id(server), List.of(new Served(type, amount)), response);
        now += SECOND;
        if (now >= nextUpdate) {
          tracker.update(now, now);
          nextUpdate += ValueTracker.UPDATE_NANOS;
        }
      }
      for (int minute = 0; !requests && minute < 6000; minute++) {
        now += ValueTracker.UPDATE_NANOS;
        tracker.update(now, now);
      }
      for (int i = 0; expiring && i < TYPES; i++) {
        amounts[i] /= 2;
      }
      checkRound(round, tracker, prices, amounts, now);
      tracker.close(now, now);
    }
  }

  private static void checkRound(
      int round, ValueTracker tracker, double[] prices, long[] amounts, long now) {
    tracker.update(now, now);
    ExpirationFactor factor = tracker.factor(now);
    double[] values = tracker.reference().requestValues();
    double priceSum = Arrays.stream(prices).sum();
    double valueSum = Arrays.stream(values).sum();
    double worth = 0;
    double[] found = new double[TYPES];
    List<RequestBasket> baskets = new ArrayList<>(List.of(tracker.reference().contents()));
    for (int i = 0; i < SERVERS; i++) {
      baskets.add(tracker.basketOf(id(i)).contents());
      worth += tracker.serverTimes(id(i)).value(WIDEST, factor);
    }
    for (int i = 0; i < TYPES; i++) {
      assertThat(values[i] * priceSum / (prices[i] * valueSum))
          .as("round %d", round)
          .isCloseTo(1, within(0.01));
      for (RequestBasket basket : baskets) {
        found[i] +=
            factor.value((double) basket.amounts[i], basket.exponent()) / RequestBasket.SCALE;
      }
      assertThat(found[i]).as("round %d", round).isCloseTo((double) amounts[i], within(10.0));
    }
    double all = tracker.responseTimes(Optional.empty(), now).value(WIDEST, factor);
    assertThat(all).as("round %d", round).isCloseTo(worth, within(10.0));
  }

  private static Bytes32 id(int i) {
    return Bytes32.leftPad(Bytes.of(i));
  }

  // ---- the LES request types and the store

  @Test
  void theNamesKeepTheirOrder() {
    assertThat(ServiceVector.TYPES.stream().map(RequestType::name))
        .isSorted()
        .hasSize(10)
        .contains("GetBlockHeaders.first", "GetBlockHeaders.rest", "SendTxV2.first");
    new ValueTracker(memory, Rates.STANDARD, 0, 0).close(1, 1);
    Bytes once = memory.load(KEY).orElseThrow();
    new ValueTracker(memory, Rates.STANDARD, 0, 1).close(1, 1);
    assertThat(memory.load(KEY).orElseThrow().size()).isEqualTo(once.size());
  }

  @Test
  void garbageInTheStoreIsLearnedAnew() {
    ValueTracker first = new ValueTracker(memory, Rates.STANDARD, 0, 0);
    first.onConnected(id(1), Map.of(), 0);
    first.close(SECOND, SECOND);
    List<Map.Entry<Bytes, Bytes>> good = memory.entries(Bytes.EMPTY);
    Random random = new Random(6);
    for (int i = 0; i < 2000; i++) {
      good.forEach(
          entry -> {
            byte[] bytes = entry.getValue().toArray();
            bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
            Bytes damaged = Bytes.wrap(bytes);
            Bytes cut = damaged.slice(0, random.nextInt(bytes.length) + 1);
            memory.save(Map.of(entry.getKey(), Optional.of(cut)));
          });
      ValueTracker tracker = new ValueTracker(memory, Rates.STANDARD, 0, 0);
      tracker.onConnected(id(1), Map.of(), 0);
      tracker.onServed(id(1), RequestKind.HEADERS, 192, 100 * SECOND / 1000);
      assertThat(tracker.softTimeoutNanos(SECOND)).isBetween(SECOND / 2, 20 * SECOND);
    }
  }

  @Test
  void theTimeoutIsCarefulFirstAndFollowsTheAnswers() {
    ValueTracker tracker = new ValueTracker(memory, Rates.STANDARD, 0, 0);
    assertThat(tracker.softTimeoutNanos(0)).isBetween(2 * SECOND, 5 * SECOND);
    Map<RequestKind, RequestCost> costs =
        Map.of(RequestKind.HEADERS, new RequestCost(300_000, 60_000));
    tracker.onConnected(id(1), costs, 0);
    for (int i = 0; i < 100; i++) {
      tracker.onServed(id(1), RequestKind.HEADERS, 192, SECOND / 20);
    }
    assertThat(tracker.softTimeoutNanos(6 * SECOND)).isEqualTo(SECOND / 2);
    assertThat(tracker.sessionValue(id(1), 6 * SECOND)).isPositive();
    assertThat(tracker.totalValue(id(1), 6 * SECOND))
        .isEqualTo(tracker.sessionValue(id(1), 6 * SECOND));
    tracker.onDisconnected(id(1));
    assertThat(tracker.sessionValue(id(1), 6 * SECOND)).isZero();
    assertThat(tracker.totalValue(id(1), 6 * SECOND)).isPositive();
  }
}
