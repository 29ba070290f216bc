package io.lesnode.benchmarks.sim.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.lesnode.benchmarks.sim.scenario.NetworkSpec;
import io.lesnode.les.server.NodeLoop;
import io.lesnode.les.wire.LesCodec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.apache.tuweni.bytes.Bytes;
import org.junit.jupiter.api.Test;

/** The parts that a run is made of: time, wires, percentiles, heads of replies. */
class EnginePartsTest {

  private static final Bytes EMPTY_LIST = Bytes.of(0xc0);

  @Test
  void tasksRunInTheOrderOfTimeThenOfScheduling() {
    VirtualLoop loop = new VirtualLoop();
    SplittableRandom random = new SplittableRandom(1);
    List<long[]> expected = new ArrayList<>();
    List<long[]> ran = new ArrayList<>();
    for (int i = 0; i < 5_000; i++) {
      long[] task = {random.nextLong(100), i};
      expected.add(task);
      loop.at(task[0], () -> ran.add(task));
    }
    expected.sort((a, b) -> Long.compare(a[0], b[0])); // stable

    assertThat(loop.runTo(50, 10)).isFalse();
    assertThat(ran).hasSize(10);
    assertThat(loop.runTo(100, Long.MAX_VALUE)).isTrue();
    assertThat(ran).isEqualTo(expected);
    assertThat(loop.nowNanos()).isEqualTo(100);
    assertThat(loop.events()).isEqualTo(5_000);
  }

  @Test
  void whatATaskPutsAsideRunsBeforeTimeGoesOnAndCancelledTasksNever() {
    VirtualLoop loop = new VirtualLoop();
    List<String> ran = new ArrayList<>();
    NodeLoop.Timer cancelled = loop.schedule(20, () -> ran.add("cancelled"));
    loop.at(10, () -> loop.execute(() -> ran.add("aside at " + loop.nowNanos())));
    loop.at(
        10,
        () -> {
          ran.add("second");
          cancelled.cancel();
        });

    assertThat(loop.runTo(30, Long.MAX_VALUE)).isTrue();
    assertThat(ran).containsExactly("aside at 10", "second");
  }

  @Test
  void aLostSegmentDelaysWhatFollowsAndNothingOvertakes() {
    NetworkSpec lossy = new NetworkSpec(20, 10, 300_000, 1_000, 0, 0);
    Wire wire = new Wire(lossy, 0, Draws.of(1, "test", 0));
    long last = 0;
    int late = 0;
    for (int i = 0; i < 1_000; i++) {
      long arrival = wire.send(100, i);
      assertThat(arrival).isGreaterThanOrEqualTo(Math.max(last, i + 20L));
      late += arrival >= i + 1_000L ? 1 : 0;
      last = arrival;
    }
    assertThat(late).isGreaterThan(300);
  }

  @Test
  void bandwidthSpreadsMessagesOut() {
    NetworkSpec network = new NetworkSpec(5, 0, 0, 0, 0, 0);
    Wire wire = new Wire(network, 1_000_000, Draws.of(1, "test", 0)); // a byte a microsecond

    assertThat(wire.send(100, 0)).isEqualTo(100_000 + 5);
    assertThat(wire.send(100, 50_000)).isEqualTo(200_000 + 5);
    assertThat(wire.queuedNanos(50_000)).isEqualTo(150_000);
    assertThat(wire.send(1, 1_000_000)).isEqualTo(1_001_000 + 5);
  }

  @Test
  void percentilesAreWithinOnePartIn128OfSortedValues() {
    SplittableRandom random = new SplittableRandom(3);
    LatencyBuckets buckets = new LatencyBuckets();
    LatencyBuckets halves = new LatencyBuckets();
    long[] values = new long[10_000];
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextLong(1L << random.nextInt(1, 45));
      LatencyBuckets half = i % 2 == 0 ? buckets : halves;
      half.add(values[i]);
    }
    buckets.addAll(halves);
    Arrays.sort(values);

    for (int percent = 1; percent <= 100; percent++) {
      long exact = values[values.length * percent / 100 - 1];
      assertThat(buckets.quantile(percent * 10_000L)).isBetween(exact, exact + exact / 128);
    }
    assertThat(buckets.most()).isEqualTo(values[values.length - 1]);
    buckets.clear();
    assertThat(buckets.quantile(500_000)).isZero();
  }

  @Test
  void headsOfRepliesAreWhatTheCodecWrote() {
    for (long number : new long[] {0, 1, 127, 128, 255, 256, 1L << 40, Long.MAX_VALUE}) {
      assertThat(ReplyHead.of(LesCodec.encodeReply(number, number / 2, EMPTY_LIST)))
          .isEqualTo(new ReplyHead(number, number / 2));
      Bytes large = Bytes.wrap(new byte[100_000]);
      assertThat(ReplyHead.of(LesCodec.encodeReply(number, 5, large)))
          .isEqualTo(new ReplyHead(number, 5));
    }
  }

  @Test
  void requestsWithoutAnswerAreFoundByTheirNumberInAnyOrder() {
    Pending pending = new Pending(7);
    for (int i = 0; i < 100; i++) {
      assertThat(pending.nextNumber()).isEqualTo(7 + i);
      pending.add(sent(i));
    }
    for (int i = 99; i > 0; i -= 2) {
      Sent found = pending.remove(7 + i);
      assertThat(found).isNotNull().extracting(s -> s.part).isEqualTo(i);
    }
    assertThat(pending.remove(7 + 99)).isNull();
    assertThat(pending.size()).isEqualTo(50);
    assertThat(pending.removeLast()).isNotNull().extracting(s -> s.part).isEqualTo(98);
  }

  @SuppressWarnings("NullAway") // only the number of the part is looked at
  private static Sent sent(int part) {
    return new Sent(null, null, part, 0, 0, 0, 0, 0);
  }
}
