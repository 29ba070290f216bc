package io.lesnode.benchmarks.sim.engine;

import io.lesnode.benchmarks.sim.scenario.Arrival;
import io.lesnode.benchmarks.sim.scenario.Capacity;
import io.lesnode.benchmarks.sim.scenario.Demand;
import io.lesnode.benchmarks.sim.scenario.Grant;
import io.lesnode.benchmarks.sim.scenario.GroupSpec;
import io.lesnode.benchmarks.sim.scenario.Mix;
import io.lesnode.benchmarks.sim.scenario.NetworkSpec;
import io.lesnode.benchmarks.sim.scenario.Rate;
import io.lesnode.benchmarks.sim.scenario.Scenario;
import io.lesnode.benchmarks.sim.scenario.ServerSpec;
import io.lesnode.benchmarks.sim.scenario.ServerSpec.Bonus;
import io.lesnode.benchmarks.sim.scenario.ServerSpec.Spread;
import io.lesnode.benchmarks.sim.scenario.Strategy;
import io.lesnode.benchmarks.sim.scenario.VipSpec;
import io.lesnode.flowcontrol.cost.BaseCosts;
import java.util.List;
import java.util.Optional;

/** Scenarios of tests. */
final class Scenarios {

  static final long MILLI = 1_000_000;
  static final long SECOND = 1_000_000_000;
  static final long MUCH = 1_000_000_000_000_000L;
  static final NetworkSpec NEAR = new NetworkSpec(0, 0, 0, 0, 0, 0);
  static final NetworkSpec ROUGH =
      new NetworkSpec(30 * MILLI, 20 * MILLI, 20_000, 200 * MILLI, 100_000, 1_000_000);

  private Scenarios() {}

  static ServerSpec server(int servePercent, int clients, Spread spread, Bonus bonus) {
    return new ServerSpec(
        servePercent,
        clients,
        Math.max(4, servePercent / 25),
        0,
        0,
        0,
        32,
        BaseCosts.geth(),
        BaseCosts.geth(),
        spread,
        Optional.empty(),
        bonus,
        ServerSpec.PoolSpec.DEFAULT);
  }

  static Scenario of(
      long seed, long seconds, long warmupSeconds, ServerSpec server, List<GroupSpec> groups) {
    return of(seed, seconds, warmupSeconds, server, NetworkSpec.DEFAULT, groups);
  }

  static Scenario of(
      long seed,
      long seconds,
      long warmupSeconds,
      ServerSpec server,
      NetworkSpec network,
      List<GroupSpec> groups) {
    return of(seed, seconds, warmupSeconds, server, network, groups, Optional.empty());
  }

  static Scenario of(
      long seed,
      long seconds,
      long warmupSeconds,
      ServerSpec server,
      NetworkSpec network,
      List<GroupSpec> groups,
      Optional<VipSpec> vip) {
    return new Scenario(
        "test",
        "",
        seed,
        seconds * SECOND,
        SECOND,
        warmupSeconds * SECOND,
        server,
        network,
        vip,
        groups,
        List.of());
  }

  static GroupSpec group(String name, int count, Demand demand, String mix, Strategy strategy) {
    return group(name, count, new Arrival.Constant(0, SECOND, 0), demand, mix, strategy, List.of());
  }

  static GroupSpec group(
      String name,
      int count,
      Arrival arrival,
      Demand demand,
      String mix,
      Strategy strategy,
      List<Grant> grants) {
    return new GroupSpec(
        name,
        count,
        arrival,
        demand,
        Mix.parse(mix),
        strategy,
        1,
        Optional.of(GroupSpec.Reconnect.DEFAULT),
        grants,
        Optional.empty());
  }

  /** Clients that have all the tokens they need and this capacity, from the beginning. */
  static GroupSpec paid(
      String name, int count, Capacity capacity, Demand demand, String mix, long atNanos) {
    return group(
        name,
        count,
        new Arrival.Constant(0, 0, 0),
        demand,
        mix,
        new Strategy.Obedient(),
        List.of(
            new Grant(0, MUCH, Optional.empty()), new Grant(atNanos, 0, Optional.of(capacity))));
  }

  static Demand perSecond(int requests) {
    return new Demand.OpenLoop(new Rate(requests, SECOND), true);
  }

  static Demand window(int size) {
    return new Demand.ClosedLoop(size, 0);
  }
}
