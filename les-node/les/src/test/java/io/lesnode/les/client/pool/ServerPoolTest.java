package io.lesnode.les.client.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.lesnode.devp2p.Enode;
import io.lesnode.devp2p.NodeId;
import io.lesnode.flowcontrol.cost.RequestCost;
import io.lesnode.flowcontrol.cost.RequestKind;
import io.lesnode.les.client.pool.ServerPool.Entry;
import io.lesnode.les.client.pool.ServerPool.QueryAnswer;
import io.lesnode.les.client.pool.ServerPool.Settings;
import io.lesnode.les.client.pool.ServerPool.State;
import io.lesnode.les.client.value.ServerMemory;
import io.lesnode.les.client.value.ValueTracker;
import io.lesnode.primitives.crypto.KeyPair;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.junit.jupiter.api.Test;

/** The laws of the pool, one by one; {@link ServerPoolScenariosTest} has them together. */
final class ServerPoolTest {
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
  private static final long HOUR = TimeUnit.HOURS.toNanos(1);
  private static final Map<RequestKind, RequestCost> COSTS =
      Map.of(RequestKind.HEADERS, new RequestCost(300_000, 60_000));

  private final ServerMemory memory = ServerMemory.transientMemory();
  private long now = 1000 * HOUR;
  private ValueTracker values = new ValueTracker(memory, ValueTracker.Rates.STANDARD, now, now);
  private ServerPool pool = pool(ServerSelection.standard(), ServerPrices.FREE);

  private ServerPool pool(ServerSelection selection, ServerPrices prices) {
    return new ServerPool(
        Settings.STANDARD, memory, values, selection, prices, new Random(1), now, now);
  }

  static Enode far(int i) {
    return enode(i, "192.0.2." + (i % 200 + 1));
  }

  private static Enode near(int i) {
    return enode(i, "127.0.0.1");
  }

  private static Enode enode(int i, String host) {
    NodeId id = NodeId.of(KeyPair.ofSecret(Bytes32.leftPad(Bytes.minimalBytes(i + 1))).publicKey());
    try {
      return new Enode(id, InetAddress.getByName(host), 30303, 30303);
    } catch (UnknownHostException e) {
      throw new IllegalStateException(e);
    }
  }

  private List<Enode> dialled(int slots) {
    return pool.due(slots, now).stream().map(PoolAction::server).toList();
  }

  private void session(Enode server, int requests) {
    pool.onConnected(server.nodeId(), server, now);
    values.onConnected(server.nodeId().hash(), COSTS, now);
    for (int i = 0; i < requests; i++) {
      values.onServed(server.nodeId().hash(), RequestKind.HEADERS, 192, SECOND / 20);
    }
    now += 100 * SECOND;
    pool.onDisconnected(server.nodeId(), now);
    values.onDisconnected(server.nodeId().hash());
  }

  private Entry entry(Enode server) {
    return pool.entries(now).stream()
        .filter(e -> e.server().nodeId().equals(server.nodeId()))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void asManyAreDialledAsAreMissing() {
    for (int i = 0; i < 10; i++) {
      assertThat(pool.onFound(far(i))).isTrue();
    }
    assertThat(dialled(3)).containsExactly(far(0), far(1), far(2));
    assertThat(dialled(3)).isEmpty();
    pool.onConnected(far(1).nodeId(), far(1), now);
    assertThat(dialled(2)).isEmpty();
    pool.onDialFailed(far(0).nodeId(), now);
    assertThat(dialled(2)).containsExactly(far(3));
    assertThat(dialled(0)).isEmpty();
  }

  @Test
  void aDialWithoutAnAnswerEnds() {
    pool.onFound(far(0));
    assertThat(dialled(1)).containsExactly(far(0));
    assertThat(pool.nextLookNanos(now)).isEqualTo(10 * SECOND);
    now += 10 * SECOND;
    assertThat(dialled(1)).isEmpty();
    assertThat(entry(far(0)).state()).isEqualTo(State.WAITING);
    assertThat(entry(far(0)).waitNanos()).isBetween(10 * SECOND, 11 * SECOND);
    now += 11 * SECOND;
    pool.due(1, now);
    assertThat(pool.entries(now)).as("forgotten until it is found again").isEmpty();
  }

  @Test
  void aServerOfValueIsRememberedAndPreferred() {
    pool.onFound(far(0));
    dialled(1);
    session(far(0), 100);
    assertThat(entry(far(0)).weight()).isGreaterThan(100);
    assertThat(entry(far(0)).waitNanos()).isBetween(10 * SECOND, 11 * SECOND);

    now += HOUR;
    values = new ValueTracker(memory, ValueTracker.Rates.STANDARD, now, now);
    pool = pool(ServerSelection.standard(), ServerPrices.FREE);
    assertThat(entry(far(0)).weight()).isGreaterThan(100);
    for (int i = 1; i < 10; i++) {
      pool.onFound(far(i));
    }
    assertThat(dialled(2)).containsExactly(far(0), far(1));
  }

  @Test
  void waitsGrowWhileAKnownServerFailsAndItIsForgottenAfter2000Hours() {
    session(far(0), 100);
    long last = 0;
    int dials = 0;
    while (!pool.entries(now).isEmpty() && dials < 1000) {
      now += pool.nextLookNanos(now);
      if (dialled(1).isEmpty()) {
        continue;
      }
      dials++;
      pool.onDialFailed(far(0).nodeId(), now);
      if (!pool.entries(now).isEmpty() && entry(far(0)).waitNanos() > 0) {
        assertThat(entry(far(0)).waitNanos() * 1.1).isGreaterThan((double) last);
        last = entry(far(0)).waitNanos();
      }
    }
    assertThat(pool.entries(now)).isEmpty();
    assertThat(memory.entries(Bytes.wrap("server:".getBytes(StandardCharsets.US_ASCII)))).isEmpty();
    assertThat(dials).isBetween(5, 60);
  }

  @Test
  void aKeptServerIsDialledBeyondTheSlotsAndBacksOff() {
    pool.keep(near(0));
    pool.keep(far(1));
    assertThat(dialled(0)).containsExactlyInAnyOrder(near(0), far(1));
    long[] expectedSeconds = {1, 2, 4, 8, 16, 32, 35, 35};
    for (long seconds : expectedSeconds) {
      pool.onDialFailed(near(0).nodeId(), now);
      assertThat(entry(near(0)).waitNanos())
          .isBetween(seconds * SECOND, seconds * SECOND * 11 / 10);
      now += entry(near(0)).waitNanos();
      assertThat(dialled(0)).contains(near(0));
    }
    pool.onDialFailed(far(1).nodeId(), now);
    session(near(0), 0);
    assertThat(entry(near(0)).waitNanos()).isLessThanOrEqualTo(SECOND * 11 / 10);
  }

  @Test
  void aFarKeptServerIsNotDialledAgainWithinTheThrottleOfGeth() {
    pool.keep(far(0));
    assertThat(dialled(0)).containsExactly(far(0));
    pool.onDialFailed(far(0).nodeId(), now);
    assertThat(entry(far(0)).waitNanos()).isGreaterThanOrEqualTo(35 * SECOND);
  }

  @Test
  void theNetworkComesBackAndAllWaitsEnd() {
    pool.keep(far(0));
    session(far(1), 100);
    dialled(0);
    pool.onDialFailed(far(0).nodeId(), now);
    assertThat(dialled(2)).isEmpty();
    pool.onNetworkBack();
    assertThat(dialled(2)).containsExactlyInAnyOrder(far(0), far(1));
  }

  @Test
  void anUnusableServerWaits() {
    pool.keep(near(0));
    dialled(0);
    pool.onDialFailed(near(0).nodeId(), now);
    pool.onUnusable(near(0).nodeId(), 600 * SECOND, now);
    now += 599 * SECOND;
    assertThat(dialled(0)).isEmpty();
    now += SECOND;
    assertThat(dialled(0)).containsExactly(near(0));
  }

  @Test
  void aReleasedServerIsDialledNoMore() {
    pool.keep(near(0));
    assertThat(pool.keeps(near(0).nodeId())).isTrue();
    pool.release(near(0).nodeId());
    assertThat(pool.keeps(near(0).nodeId())).isFalse();
    assertThat(dialled(5)).isEmpty();
  }

  @Test
  void theListIsBounded() {
    session(far(5000), 100);
    for (int i = 0; i < 1200; i++) {
      pool.onFound(far(i));
    }
    assertThat(pool.entries(now)).hasSize(1000);
    assertThat(pool.wantsMore()).isFalse();
    assertThat(entry(far(5000)).weight()).isPositive();
  }

  @Test
  void whatChargesTooMuchIsNotDialledAndPricesCountAgainstWorth() {
    Map<NodeId, Double> ratios = new HashMap<>();
    session(far(0), 100);
    session(far(1), 100);
    now += HOUR;
    ratios.put(far(0).nodeId(), 1.01);
    pool = pool(ServerSelection.standard(), id -> ratios.getOrDefault(id, 0.0));
    assertThat(dialled(5)).containsExactly(far(1));

    ratios.put(far(0).nodeId(), 1.0);
    double ratio = entry(far(1)).weight() / entry(far(0)).weight();
    int[] counts = new int[2];
    for (int i = 0; i < 3000; i++) {
      pool = seeded(i, ratios);
      counts[dialled(1).getFirst().equals(far(0)) ? 0 : 1]++;
    }
    assertThat((double) counts[1] / counts[0] / ratio).as("half the worth").isBetween(1.7, 2.3);
  }

  private ServerPool seeded(int seed, Map<NodeId, Double> ratios) {
    return new ServerPool(
        Settings.STANDARD,
        memory,
        values,
        ServerSelection.standard(),
        id -> ratios.getOrDefault(id, 0.0),
        new Random(seed * 7919L),
        now,
        now);
  }

  /** A strategy of somebody else: the cheapest, then the most valuable. */
  private static final ServerSelection CHEAPEST =
      (candidates, random) -> {
        int best = 0;
        for (int i = 1; i < candidates.size(); i++) {
          ServerSelection.Candidate a = candidates.get(i);
          ServerSelection.Candidate b = candidates.get(best);
          if (a.priceRatio() < b.priceRatio()
              || (a.priceRatio() == b.priceRatio() && a.value() > b.value())) {
            best = i;
          }
        }
        return best;
      };

  @Test
  void anotherStrategyCanBePluggedIn() {
    pool =
        pool(
            CHEAPEST,
            id -> id.equals(far(2).nodeId()) ? 0.1 : id.equals(far(1).nodeId()) ? 0.2 : 0.9);
    for (int i = 0; i < 4; i++) {
      pool.onFound(far(i));
    }
    assertThat(dialled(2)).containsExactly(far(2), far(1));
  }

  @Test
  void damagedRecordsAreForgotten() {
    session(far(0), 100);
    List<Map.Entry<Bytes, Bytes>> good = memory.entries(Bytes.EMPTY);
    Random random = new Random(2);
    for (int i = 0; i < 2000; i++) {
      for (Map.Entry<Bytes, Bytes> entry : good) {
        byte[] bytes = entry.getValue().toArray();
        bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
        memory.save(Map.of(entry.getKey(), Optional.of(Bytes.wrap(bytes))));
      }
      values = new ValueTracker(memory, ValueTracker.Rates.STANDARD, now, now);
      pool = pool(ServerSelection.standard(), ServerPrices.FREE);
      assertThat(pool.due(1, now + 10_000 * HOUR)).hasSizeLessThan(2);
    }
  }

  @Test
  void atMostFiveAreAskedAtOnceAndTheWillingAreDialled() {
    pool =
        new ServerPool(
            new Settings(35 * SECOND, true),
            memory,
            values,
            ServerSelection.standard(),
            ServerPrices.FREE,
            new Random(3),
            now,
            now);
    for (int i = 0; i < 20; i++) {
      pool.onFound(far(i));
    }
    List<PoolAction> first = pool.due(2, now);
    assertThat(first).hasSize(5).allMatch(PoolAction.Query.class::isInstance);
    assertThat(pool.due(2, now)).isEmpty();
    pool.onQueried(far(0).nodeId(), QueryAnswer.YES, now);
    pool.onQueried(far(1).nodeId(), QueryAnswer.NO, now);
    List<PoolAction> second = pool.due(2, now);
    assertThat(second.getFirst()).isEqualTo(new PoolAction.Dial(far(0)));
    assertThat(second).hasSize(3);
    assertThat(entry(far(1)).waitNanos()).isGreaterThanOrEqualTo(10 * SECOND);
  }
}
