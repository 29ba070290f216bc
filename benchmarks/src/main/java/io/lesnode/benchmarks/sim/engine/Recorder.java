package io.lesnode.benchmarks.sim.engine;

import io.lesnode.benchmarks.sim.scenario.Scenario;
import io.lesnode.benchmarks.sim.scenario.Series;
import io.lesnode.flowcontrol.server.ServingQueue;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Looks at a run in even distances: fills the series and adds up what a summary needs of the times
 * between. Confined to the run; whatever it adds, it adds in the same order on every machine.
 */
final class Recorder {

  /** What floats is looked at as often as this, however far apart the samples are. */
  private static final long LOOK_NANOS = 1_000_000_000L;

  private static final double SECOND_NANOS = 1e9;
  private static final double MILLI_NANOS = 1e6;
  private static final long HALF = 500_000;
  private static final long NEARLY_ALL = 990_000;

  private final SimWorld world;
  private final long sampleNanos;
  private final int looksPerSample;
  private final List<Line> lines = new ArrayList<>();
  private final List<GroupCounters> atSample = new ArrayList<>();
  private final List<GroupCounters> atWarm = new ArrayList<>();
  private final LatencyBuckets together = new LatencyBuckets();
  private long[] times = new long[16];
  private int samples;
  private int looks;
  private long lookedNanos;

  /** Integrals over time, of the present sample and since the warm-up. */
  private final Sums sample = new Sums();

  private final Sums total = new Sums();

  /** What adds up with time. */
  static final class Sums {
    double nanos;
    double recharge;
    double capacity;
    double used;
    double connected;
    double waiting;
    double running;
    long leastCapacity = Long.MAX_VALUE;

    void clear() {
      nanos = 0;
      recharge = 0;
      capacity = 0;
      used = 0;
      connected = 0;
      waiting = 0;
      running = 0;
      leastCapacity = Long.MAX_VALUE;
    }

    double mean(double integral) {
      return nanos == 0 ? 0 : integral / nanos;
    }
  }

  /** A series that grows. */
  private static final class Line {
    final String group;
    final String name;
    final String unit;
    double[] values = new double[16];

    Line(String group, String name, String unit) {
      this.group = group;
      this.name = name;
      this.unit = unit;
    }

    void set(int index, double value) {
      if (index == values.length) {
        values = Arrays.copyOf(values, 2 * index);
      }
      values[index] = value;
    }
  }

  Recorder(SimWorld world) {
    this.world = world;
    this.sampleNanos = world.scenario().sampleNanos();
    this.looksPerSample = (int) Math.ceilDiv(sampleNanos, LOOK_NANOS);
    addLines("");
    for (SimGroup group : world.groups()) {
      addLines(group.spec().name());
      atSample.add(GroupCounters.ZERO);
      atWarm.add(GroupCounters.ZERO);
    }
  }

  private void addLines(String group) {
    lines.add(new Line(group, "served", "1/s"));
    lines.add(new Line(group, "served.cost", "units/ms"));
    lines.add(new Line(group, "connected", ""));
    lines.add(new Line(group, "capacity", "units/ms"));
    lines.add(new Line(group, "refused", "1/s"));
    lines.add(new Line(group, "dropped", "1/s"));
    lines.add(new Line(group, "freezes", "1/s"));
    lines.add(new Line(group, "latency.p50", "ms"));
    lines.add(new Line(group, "latency.p99", "ms"));
    if (group.isEmpty()) {
      lines.add(new Line(group, "capacity.total", "units/ms"));
      lines.add(new Line(group, "recharge", "units/ms"));
      lines.add(new Line(group, "utilisation", ""));
      lines.add(new Line(group, "queue", "requests"));
      lines.add(new Line(group, "threads.busy", ""));
    }
  }

  void start() {
    Scenario scenario = world.scenario();
    world.loop().at(lookNanos(1), this::look);
    if (scenario.warmupNanos() > 0) {
      world.loop().at(scenario.warmupNanos(), this::warm);
    }
  }

  /** When a look is due within a sample; the last of them is exactly at its end. */
  private long lookNanos(int number) {
    return (long) samples * sampleNanos
        + sampleNanos / looksPerSample * number
        + (number == looksPerSample ? sampleNanos % looksPerSample : 0);
  }

  private void look() {
    integrate();
    if (++looks == looksPerSample) {
      looks = 0;
      takeSample();
    }
    long nextNanos = lookNanos(looks + 1);
    if (nextNanos <= world.scenario().durationNanos()) {
      world.loop().at(nextNanos, this::look);
    }
  }

  /** Adds what was so since the last look, as it is now. */
  void integrate() {
    double elapsed = (double) (world.nowNanos() - lookedNanos);
    lookedNanos = world.nowNanos();
    ServingQueue.Load load = world.server().load();
    long capacity = world.server().totalCapacity();
    int connected = 0;
    long used = 0;
    for (SimGroup group : world.groups()) {
      connected += group.record().served;
      used += group.record().capacity;
    }
    for (Sums sums : List.of(sample, total)) {
      sums.nanos += elapsed;
      sums.recharge += elapsed * world.server().totalRecharge();
      sums.capacity += elapsed * capacity;
      sums.used += elapsed * used;
      sums.connected += elapsed * connected;
      sums.waiting += elapsed * load.waiting();
      sums.running += elapsed * load.running();
      sums.leastCapacity = Math.min(sums.leastCapacity, capacity);
    }
  }

  private void takeSample() {
    if (samples == times.length) {
      times = Arrays.copyOf(times, 2 * samples);
    }
    times[samples] = world.nowNanos();
    GroupCounters all = GroupCounters.ZERO;
    together.clear();
    int line = linesOf(0);
    for (int i = 0; i < world.groups().size(); i++) {
      GroupRecord record = world.groups().get(i).record();
      GroupCounters now = record.counters();
      GroupCounters difference = now.minus(atSample.set(i, now));
      all = all.plus(difference);
      together.addAll(record.interval());
      line = set(line, difference, record.served, (double) record.capacity, record.interval());
      record.interval().clear();
    }
    line = set(0, all, sample.mean(sample.connected), sample.mean(sample.used), together);
    double served = all.servedCost() * MILLI_NANOS;
    line = set(line, sample.mean(sample.capacity));
    line = set(line, sample.mean(sample.recharge));
    line = set(line, sample.recharge == 0 ? 0 : served / sample.recharge);
    line = set(line, sample.mean(sample.waiting));
    set(line, sample.mean(sample.running) / world.scenario().server().threads());
    sample.clear();
    samples++;
    world.extension().ifPresent(SimExtension::onSample);
  }

  /** The first line after those of the server. */
  private int linesOf(int first) {
    int line = first;
    while (line < lines.size() && lines.get(line).group.isEmpty()) {
      line++;
    }
    return line;
  }

  private int set(
      int first, GroupCounters in, double connected, double capacity, LatencyBuckets latencies) {
    double seconds = sampleNanos / SECOND_NANOS;
    int line = set(first, in.answered() / seconds);
    line = set(line, in.servedCost() / (sampleNanos / MILLI_NANOS));
    line = set(line, connected);
    line = set(line, capacity);
    line = set(line, in.refused() / seconds);
    line = set(line, in.dropped() / seconds);
    line = set(line, in.freezes() / seconds);
    line = set(line, latencies.quantile(HALF) / MILLI_NANOS);
    return set(line, latencies.quantile(NEARLY_ALL) / MILLI_NANOS);
  }

  private int set(int line, double value) {
    lines.get(line).set(samples, value);
    return line + 1;
  }

  private void warm() {
    integrate();
    total.clear();
    for (int i = 0; i < world.groups().size(); i++) {
      GroupRecord record = world.groups().get(i).record();
      atWarm.set(i, record.counters());
      record.restart(world.nowNanos());
    }
    world.extension().ifPresent(SimExtension::onWarm);
  }

  // ---- the end

  List<Series> series() {
    long[] at = Arrays.copyOf(times, samples);
    return lines.stream()
        .map(
            line ->
                new Series(
                    line.group, line.name, line.unit, at, Arrays.copyOf(line.values, samples)))
        .toList();
  }

  /** What was counted of a group since the warm-up. */
  GroupCounters counted(int group) {
    return world.groups().get(group).record().counters().minus(atWarm.get(group));
  }

  Sums total() {
    return total;
  }
}
