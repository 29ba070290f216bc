package io.lesnode.benchmarks.sim.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.lesnode.benchmarks.sim.scenario.Capacity;
import io.lesnode.benchmarks.sim.scenario.Demand;
import io.lesnode.benchmarks.sim.scenario.GroupSpec;
import io.lesnode.benchmarks.sim.scenario.NetworkSpec;
import io.lesnode.benchmarks.sim.scenario.Scenario;
import io.lesnode.benchmarks.sim.scenario.ServerSpec;
import io.lesnode.benchmarks.sim.scenario.ServerSpec.Bonus;
import io.lesnode.benchmarks.sim.scenario.ServerSpec.Spread;
import io.lesnode.benchmarks.sim.scenario.SimEngine.Progress;
import io.lesnode.benchmarks.sim.scenario.SimResult;
import io.lesnode.benchmarks.sim.scenario.Strategy;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Two tests of geth v1.10.26 on the whole server instead of its parts, with geth's own tolerances.
 * Whole lengths with {@code -Dsim.full=true}; library scenarios do the same from YAML.
 */
class GethFlowControlTest {

  private static final boolean FULL = Boolean.getBoolean("sim.full");

  /** As dear as a request of geth's test: 1,000,000 units at most, and anything below it. */
  private static final String REQUEST = "txstatus:2";

  /**
   * les/flowcontrol/manager_test.go, TestConstantTotalCapacity: whoever asks, the server gives what
   * it has, no more and no less, and nobody who obeys is refused.
   */
  @ParameterizedTest
  @CsvSource({"10,1,0", "10,1,1", "30,1,0", "30,2,3", "100,1,0", "100,3,5", "100,5,10"})
  void constantTotalCapacity(int nodes, int senders, int singlesPerMilli) {
    long seconds = FULL ? 100 : 3;
    long warmup = 2; // full buffers are emptied first
    // in a short time, what another sender has in its bucket would weigh too much
    long changeNanos = FULL ? 100 * Scenarios.SECOND / (3L * senders) : 0;
    Demand demand = new Demand.Rotating(senders, changeNanos, singlesPerMilli * 1000L);
    GroupSpec group =
        Scenarios.paid(
            "nodes",
            nodes,
            new Capacity(Capacity.Unit.UNITS, 50_000, 150_000),
            demand,
            REQUEST,
            Scenarios.SECOND / 2);
    ServerSpec server = Scenarios.server(12 * nodes, nodes, new Spread.AtOnce(), Bonus.ALL);
    SimResult result =
        new Simulation()
            .run(
                Scenarios.of(1, seconds + warmup, warmup, server, Scenarios.NEAR, List.of(group)),
                Progress.NONE);

    assertThat(value(result, "", "utilisation")).isBetween(0.98, 1.02);
    assertThat(value(result, "", "freezes")).isZero();
  }

  /**
   * les/api_test.go, TestCapacityAPI: clients with capacities of their own and one without a
   * balance send as fast as they may; what is served is in proportion to the capacities.
   */
  @ParameterizedTest
  @ValueSource(ints = {3, 6, 10})
  void capacityApi(int clients) {
    int rounds = FULL ? 5 : 1;
    for (int round = 0; round < rounds; round++) {
      SimResult result = new Simulation().run(capacities(clients, round), Progress.NONE);

      for (int i = 0; i < clients; i++) {
        assertThat(value(result, "client-" + i, "served.perCapacity.mean"))
            .as("client %d in round %d", i, round)
            .isBetween(0.9, 1.1);
      }
      assertThat(value(result, "", "freezes")).isZero();
    }
  }

  private static Scenario capacities(int clients, int round) {
    Draws draws = Draws.of(round, "weights", clients);
    int free = (int) draws.below(clients);
    double[] weights = new double[clients];
    double sum = 0;
    for (int i = 0; i < clients; i++) {
      weights[i] = i == free ? 0 : draws.unit() * 0.8 + 0.2;
      sum += weights[i];
    }
    long testCapacity = 2_000_000 * 3 / 4;
    List<GroupSpec> groups = new ArrayList<>();
    for (int i = 0; i < clients; i++) {
      String name = "client-" + i;
      long capacity = (long) (weights[i] * (testCapacity - 16_000 - 100) / sum);
      groups.add(
          i == free
              ? Scenarios.group(name, 1, Scenarios.window(100), "proofs:1", new Strategy.Obedient())
              : Scenarios.paid(
                  name,
                  1,
                  new Capacity(Capacity.Unit.UNITS, capacity, capacity),
                  Scenarios.window(100),
                  "proofs:1",
                  2 * Scenarios.SECOND));
    }
    long millis = Scenarios.MILLI;
    NetworkSpec network = new NetworkSpec(millis, 0, 0, 0, 0, 0);
    Scenario base =
        Scenarios.of(
            round,
            FULL ? 60 : 13,
            8,
            Scenarios.server(200, 20, new Spread.LogNormal(300), Bonus.TENTH),
            network,
            groups);
    return base;
  }

  private static double value(SimResult result, String group, String key) {
    Optional<io.lesnode.benchmarks.sim.scenario.Figure> figure = result.figure(group, key);
    return figure.orElseThrow().value().doubleValue();
  }
}
