package io.lesnode.benchmarks.compare;

import com.fasterxml.jackson.databind.JsonNode;
import io.lesnode.app.node.NodeFailure;
import io.lesnode.benchmarks.load.ChainSample;
import io.lesnode.benchmarks.load.LoadGroup;
import io.lesnode.benchmarks.load.LoadPlan;
import io.lesnode.benchmarks.load.LoadResult;
import io.lesnode.benchmarks.load.LoadResult.GroupResult;
import io.lesnode.benchmarks.load.LoadRun;
import io.lesnode.benchmarks.load.RequestMix;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;

/**
 * A server under the load of this process. Clients connect anew for every round, are given a
 * balance and capacity if they are to have priority, and ask.
 */
final class ServedLoad {
  private static final long BALANCE = 1_000_000_000_000_000_000L;

  /** What is left of the whole capacity, so that rounding refuses nobody. */
  private static final double CAPACITY_SHARE = 0.9;

  private static final double NANOS_PER_MILLI = 1e6;
  private static final double NANOS_PER_MICRO = 1e3;
  private static final Duration WARM_ROUND = Duration.ofSeconds(1);
  private static final Duration TIMEOUT = Duration.ofSeconds(20);

  /**
   * Who asks.
   *
   * @param name of the group, from which keys are made
   * @param mix what is asked
   * @param clients connections
   * @param window requests under way per connection, closed loop
   * @param ratePerSecond of all together; 0: closed loop
   * @param hasPriority whether they get balance and capacity, so that credit is not the limit
   */
  record Crowd(
      String name,
      RequestMix mix,
      int clients,
      int window,
      double ratePerSecond,
      boolean hasPriority) {
    Crowd at(double rate) {
      return new Crowd(name, mix, clients, window, rate, hasPriority);
    }
  }

  private final ServerProcess server;
  private final ChainSample sample;
  private final long seed;
  private final double idleMicrosPerSecond;

  /** A server that serves a chain of which a sample is known; waits to see what it does idle. */
  ServedLoad(ServerProcess server, ChainSample sample, long seed) {
    this.server = server;
    this.sample = sample;
    this.seed = seed;
    this.idleMicrosPerSecond = ServerMeter.idle(server);
  }

  ServerProcess server() {
    return server;
  }

  double idleMicrosPerSecond() {
    return idleMicrosPerSecond;
  }

  /**
   * Looks at a chain for what some requests need.
   *
   * @throws NodeFailure if the server refuses us or its chain lacks what they ask for
   */
  static ChainSample look(ServerProcess server, List<RequestMix> mixes, long seed) {
    List<LoadGroup> groups = new ArrayList<>();
    for (RequestMix mix : mixes) {
      groups.add(new LoadGroup("look" + groups.size(), 1, mix, 1, 0, true));
    }
    return LoadRun.look(LoadPlan.builder(server.enode()).groups(groups).seed(seed).build());
  }

  /** Asks until the time per request no longer falls, at most so long. */
  void warm(Crowd crowd, Duration most) {
    LoadGroup group = group(crowd);
    LoadPlan plan = plan(group, most, WARM_ROUND);
    LoadRun[] run = new LoadRun[1];
    ServerMeter meter =
        new ServerMeter(
            server, idleMicrosPerSecond, () -> prepare(crowd, group), () -> run[0].cutShort());
    run[0] = new LoadRun(plan, meter);
    run[0].run();
  }

  /** One round. */
  LoadSample measure(Crowd crowd, Duration duration) {
    LoadGroup group = group(crowd);
    ServerMeter meter =
        new ServerMeter(server, idleMicrosPerSecond, () -> prepare(crowd, group), () -> {});
    LoadResult result = LoadRun.run(plan(group, WARM_ROUND, duration), meter);
    return sample(result, meter.cpuMicrosPerRequest());
  }

  private LoadGroup group(Crowd crowd) {
    return new LoadGroup(
        crowd.name(), crowd.clients(), crowd.mix(), crowd.window(), crowd.ratePerSecond(), true);
  }

  private LoadPlan plan(LoadGroup group, Duration warmup, Duration duration) {
    return LoadPlan.builder(server.enode())
        .groups(List.of(group))
        .warmup(warmup)
        .duration(duration)
        .timeout(TIMEOUT)
        .seed(seed)
        .sample(sample)
        .build();
  }

  /** Gives clients a balance that does not go down and an equal share of the capacity. */
  private void prepare(Crowd crowd, LoadGroup group) {
    if (!crowd.hasPriority()) {
      return;
    }
    JsonNode info = server.rpc().call("les_serverInfo");
    long capacity = (long) (info.path("totalCapacity").asLong() * CAPACITY_SHARE / group.clients());
    if (capacity < info.path("minimumCapacity").asLong()) {
      throw new NodeFailure(
          "the clients cannot be given priority",
          server.name() + " has not enough capacity for " + group.clients(),
          "",
          null);
    }
    List<String> ids =
        group.nodeIds(seed).stream().map(id -> id.hash().toUnprefixedHexString()).toList();
    for (String id : ids) {
      server.rpc().call("les_addBalance", id, BALANCE);
    }
    server
        .rpc()
        .call(
            "les_setClientParams",
            ids,
            Map.of(
                "capacity", capacity,
                "pricing/timeFactor", 0,
                "pricing/capacityFactor", 0,
                "pricing/requestCostFactor", 0));
  }

  private static LoadSample sample(LoadResult result, double cpuMicros) {
    GroupResult group = result.groups().getFirst();
    Histogram latencies = new Histogram(group.shapes().getFirst().response());
    long answered = 0;
    long failures = 0;
    long replyBytes = 0;
    for (LoadResult.ShapeResult shape : group.shapes()) {
      latencies.add(shape.response());
      answered += shape.answered();
      failures += shape.failures();
      replyBytes += shape.replyBytes();
    }
    return new LoadSample(
        cpuMicros,
        result.repliesPerSecond(),
        latencies.getValueAtPercentile(50) / NANOS_PER_MILLI,
        latencies.getValueAtPercentile(99) / NANOS_PER_MILLI,
        latencies.getValueAtPercentile(99.9) / NANOS_PER_MILLI,
        answered == 0 ? 0 : (double) replyBytes / answered,
        result.replies() == 0 ? 0 : result.generatorCpuNanos() / NANOS_PER_MICRO / result.replies(),
        failures,
        group.freezes(),
        group.creditWaits());
  }
}
