package io.lesnode.benchmarks.sim.engine;

import io.lesnode.benchmarks.sim.scenario.Figure;
import io.lesnode.benchmarks.sim.scenario.Latencies;
import io.lesnode.benchmarks.sim.scenario.Mix;
import io.lesnode.flowcontrol.cost.RequestKind;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** The figures of a run that is over; see {@code SimResult} for their names. Stateless. */
final class Summary {

  private static final double MILLI_NANOS = 1e6;
  private static final long MILLION = 1_000_000;
  private static final String SERVER = "";
  private static final long[] PER_MILLION = {
    10_000, 100_000, 250_000, 500_000, 750_000, 900_000, 950_000, 990_000, 999_000, 999_900, MILLION
  };

  private final SimWorld world;
  private final Recorder recorder;
  private final double spanNanos;
  private final List<Figure> figures = new ArrayList<>();
  private final List<Latencies> latencies = new ArrayList<>();

  Summary(SimWorld world, Recorder recorder) {
    this.world = world;
    this.recorder = recorder;
    this.spanNanos = (double) (world.scenario().durationNanos() - world.scenario().warmupNanos());
  }

  List<Figure> figures() {
    GroupCounters all = GroupCounters.ZERO;
    double promised = 0;
    for (int i = 0; i < world.groups().size(); i++) {
      all = all.plus(recorder.counted(i));
      for (ClientRecord client : world.groups().get(i).record().clients()) {
        promised += client.promisedCost();
      }
    }
    server(all);
    for (int i = 0; i < world.groups().size(); i++) {
      group(world.groups().get(i), recorder.counted(i), all, promised);
    }
    return figures;
  }

  private void server(GroupCounters all) {
    Recorder.Sums sums = recorder.total();
    add(SERVER, "served.requests", all.answered(), "");
    add(SERVER, "served.cost", all.servedCost(), "units");
    double allowed = sums.recharge / MILLI_NANOS;
    add(SERVER, "utilisation", allowed == 0 ? 0 : all.servedCost() / allowed, "");
    add(SERVER, "fairness", fairness(), "");
    add(SERVER, "freezes", all.freezes(), "");
    add(SERVER, "refused.connections", all.refused(), "");
    add(SERVER, "refused.requests", all.voided(), "");
    add(SERVER, "capacity.mean", sums.mean(sums.capacity), "units/ms");
    long least = sums.leastCapacity == Long.MAX_VALUE ? 0 : sums.leastCapacity;
    add(SERVER, "capacity.least", least, "units/ms");
    add(SERVER, "capacity.given.mean", sums.mean(sums.used), "units/ms");
    add(SERVER, "connected.mean", sums.mean(sums.connected), "");
    add(SERVER, "dropped", all.dropped(), "");
    add(SERVER, "sent.requests", all.sent(), "");
    add(SERVER, "unsent.requests", all.givenUp(), "");
    add(SERVER, "queue.mean", sums.mean(sums.waiting), "requests");
    double threads = world.scenario().server().threads();
    add(SERVER, "threads.busy", sums.mean(sums.running) / threads, "");
    add(SERVER, "recharge.end", world.server().totalRecharge(), "units/ms");
    LatencyBuckets together = new LatencyBuckets();
    world.groups().forEach(g -> g.record().byKind().values().forEach(together::addAll));
    latency(SERVER, together);
  }

  /** Jain's index of what each client was served for what it was promised. */
  private double fairness() {
    double sum = 0;
    double squares = 0;
    long count = 0;
    for (SimGroup group : world.groups()) {
      for (ClientRecord client : group.record().clients()) {
        if (client.promisedCost() > 0) {
          double ratio = client.servedCost() / client.promisedCost();
          sum += ratio;
          squares += ratio * ratio;
          count++;
        }
      }
    }
    return squares == 0 ? 0 : sum * sum / (count * squares);
  }

  private void group(SimGroup group, GroupCounters in, GroupCounters all, double promised) {
    String name = group.spec().name();
    List<ClientRecord> clients = group.record().clients();
    add(name, "served.requests", in.answered(), "");
    add(name, "served.cost", in.servedCost(), "units");
    double share = all.servedCost() == 0 ? 0 : (double) in.servedCost() / all.servedCost();
    add(name, "served.share", share, "");
    double perUnit = promised == 0 ? 0 : all.servedCost() / promised;
    spread(
        name,
        "served.perCapacity",
        clients.stream()
            .filter(c -> c.promisedCost() > 0 && perUnit > 0)
            .mapToDouble(c -> c.servedCost() / c.promisedCost() / perUnit)
            .toArray());
    double connected = 0;
    double capacity = 0;
    for (ClientRecord client : clients) {
      connected += client.connectedNanos();
      capacity += client.promisedCost();
    }
    add(name, "connected.mean", connected / spanNanos, "");
    spread(
        name,
        "connected.share",
        clients.stream().mapToDouble(c -> c.connectedNanos() / spanNanos).toArray());
    add(name, "capacity.mean", capacity * MILLI_NANOS / spanNanos, "units/ms");
    add(name, "refused.connections", in.refused(), "");
    add(name, "dropped", in.dropped(), "");
    add(name, "attempts", in.attempts(), "");
    add(name, "freezes", in.freezes(), "");
    add(name, "stops", in.stops(), "");
    add(name, "sent.requests", in.sent(), "");
    add(name, "refused.requests", in.voided(), "");
    add(name, "unsent.requests", in.givenUp(), "");
    LatencyBuckets together = new LatencyBuckets();
    group.record().byKind().values().forEach(together::addAll);
    latency(name, together);
  }

  private void spread(String group, String key, double[] values) {
    double sum = 0;
    double least = values.length == 0 ? 0 : Double.MAX_VALUE;
    double most = 0;
    for (double value : values) {
      sum += value;
      least = Math.min(least, value);
      most = Math.max(most, value);
    }
    add(group, key + ".mean", values.length == 0 ? 0 : sum / values.length, "");
    add(group, key + ".least", least, "");
    add(group, key + ".most", most, "");
  }

  private void latency(String group, LatencyBuckets buckets) {
    add(group, "latency.p50", buckets.quantile(500_000), "ns");
    add(group, "latency.p90", buckets.quantile(900_000), "ns");
    add(group, "latency.p99", buckets.quantile(990_000), "ns");
    add(group, "latency.max", buckets.most(), "ns");
  }

  List<Latencies> latencies() {
    Map<RequestKind, LatencyBuckets> all = new EnumMap<>(RequestKind.class);
    for (SimGroup group : world.groups()) {
      group
          .record()
          .byKind()
          .forEach((kind, b) -> all.computeIfAbsent(kind, k -> new LatencyBuckets()).addAll(b));
    }
    add(SERVER, all);
    for (SimGroup group : world.groups()) {
      add(group.spec().name(), group.record().byKind());
    }
    return latencies;
  }

  private void add(String group, Map<RequestKind, LatencyBuckets> byKind) {
    LatencyBuckets together = new LatencyBuckets();
    byKind.values().forEach(together::addAll);
    latencies.add(new Latencies(group, "", together.count(), points(together)));
    byKind.forEach(
        (kind, b) -> latencies.add(new Latencies(group, Mix.word(kind), b.count(), points(b))));
  }

  private static List<Latencies.Point> points(LatencyBuckets buckets) {
    List<Latencies.Point> points = new ArrayList<>();
    for (long perMillion : PER_MILLION) {
      if (buckets.count() > 0) {
        long nanos = perMillion == MILLION ? buckets.most() : buckets.quantile(perMillion);
        points.add(new Latencies.Point(perMillion / 1e4, nanos));
      }
    }
    return points;
  }

  private void add(String group, String key, long value, String unit) {
    figures.add(Figure.of(group, key, value, unit));
  }

  private void add(String group, String key, double value, String unit) {
    figures.add(Figure.of(group, key, value, unit));
  }
}
