package io.lesnode.benchmarks.sim.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.lesnode.benchmarks.sim.scenario.Arrival;
import io.lesnode.benchmarks.sim.scenario.Capacity;
import io.lesnode.benchmarks.sim.scenario.Demand;
import io.lesnode.benchmarks.sim.scenario.GroupSpec;
import io.lesnode.benchmarks.sim.scenario.NetworkSpec;
import io.lesnode.benchmarks.sim.scenario.Rate;
import io.lesnode.benchmarks.sim.scenario.Scenario;
import io.lesnode.benchmarks.sim.scenario.ServerSpec;
import io.lesnode.benchmarks.sim.scenario.ServerSpec.Bonus;
import io.lesnode.benchmarks.sim.scenario.ServerSpec.Pauses;
import io.lesnode.benchmarks.sim.scenario.ServerSpec.Spread;
import io.lesnode.benchmarks.sim.scenario.SimEngine.Progress;
import io.lesnode.benchmarks.sim.scenario.SimResult;
import io.lesnode.benchmarks.sim.scenario.Strategy;
import io.lesnode.benchmarks.sim.scenario.VipSpec;
import io.lesnode.flowcontrol.client.ServerCredit;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import org.apache.tuweni.units.bigints.UInt256;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;

/** The engine as a whole: same seed, same bytes; what it promises to check, it notices. */
class SimulationTest {

  private static final Strategy OBEDIENT = new Strategy.Obedient();

  private static SimResult run(Scenario scenario) {
    return new Simulation().run(scenario, Progress.NONE);
  }

  private static double value(SimResult result, String group, String key) {
    return result.figure(group, key).orElseThrow().value().doubleValue();
  }

  /** Everything that there is, for a short time, on a bad network. */
  private static Scenario motley(long seed, int obedient) {
    ServerSpec usual = Scenarios.server(50, 25, new Spread.LogNormal(500), Bonus.TENTH);
    ServerSpec server =
        new ServerSpec(
            usual.servePercent(),
            usual.maxClients(),
            usual.threads(),
            1_000_000,
            10_000_000,
            10,
            24,
            usual.promised(),
            usual.real(),
            usual.spread(),
            Optional.of(new Pauses(3 * Scenarios.SECOND, Scenarios.SECOND, true)),
            usual.bonus(),
            usual.pool());
    Demand busy = Scenarios.window(20);
    List<GroupSpec> groups =
        List.of(
            Scenarios.group(
                "obedient", obedient, Scenarios.perSecond(20), "headers:16*3,proofs:4", OBEDIENT),
            Scenarios.paid(
                "paid",
                3,
                new Capacity(Capacity.Unit.MINIMUM_PERMILLE, 2_000, 4_000),
                busy,
                "bodies:2,receipts:1,code:3,helpers:2,sendtx:1,txstatus:4",
                Scenarios.SECOND),
            Scenarios.group("careless", 2, busy, "headers:192", new Strategy.IgnoreCredit()),
            Scenarios.group("reckless", 2, busy, "headers:192", new Strategy.IgnoreStop()),
            Scenarios.group(
                "flood", 2, busy, "proofs:64", new Strategy.Flood(new Rate(200, Scenarios.SECOND))),
            Scenarios.group("slow", 2, busy, "headers:192", new Strategy.SlowReader(20_000)),
            Scenarios.group(
                "guests",
                4,
                busy,
                "headers:1",
                new Strategy.Freeloader(2 * Scenarios.SECOND, true, true)),
            Scenarios.group(
                "phones",
                10,
                new Arrival.Mobile(2 * Scenarios.SECOND, 3 * Scenarios.SECOND),
                Scenarios.perSecond(2),
                "proofs:3",
                OBEDIENT,
                List.of()),
            Scenarios.group(
                "crowd",
                10,
                new Arrival.Bursty(Scenarios.SECOND, 5 * Scenarios.SECOND, Scenarios.SECOND),
                new Demand.Connect(),
                "headers:1",
                OBEDIENT,
                List.of()),
            Scenarios.group(
                "city",
                10,
                new Arrival.Diurnal(8 * Scenarios.SECOND, 20),
                Scenarios.perSecond(1),
                "headers:1",
                OBEDIENT,
                List.of()),
            Scenarios.group(
                "toggled",
                10,
                new Arrival.Toggle(100 * Scenarios.MILLI, 3, true),
                new Demand.Connect(),
                "headers:1",
                OBEDIENT,
                List.of()));
    return Scenarios.of(seed, 20, 5, server, Scenarios.ROUGH, groups);
  }

  @Test
  void theSameSeedGivesTheSameResultAndAnotherAnother() {
    SimResult first = run(motley(7, 5));
    SimResult second = run(motley(7, 5));
    SimResult other = run(motley(8, 5));

    assertThat(second).isEqualTo(first);
    assertThat(other.figures()).isNotEqualTo(first.figures());
    assertThat(value(first, "flood", "freezes")).isPositive();
    assertThat(value(first, "obedient", "served.requests")).isPositive();
    assertThat(value(first, "", "refused.connections")).isPositive();
  }

  @Test
  void anotherClientLeavesTheDrawsOfTheOthersAsTheyWere() {
    ServerSpec server = Scenarios.server(1000, 10, new Spread.LogNormal(500), Bonus.TENTH);
    List<GroupSpec> one =
        List.of(Scenarios.group("one", 1, Scenarios.perSecond(5), "headers:8", OBEDIENT));
    List<GroupSpec> two = new ArrayList<>(one);
    two.add(Scenarios.group("two", 3, Scenarios.perSecond(5), "headers:8", OBEDIENT));

    SimResult alone = run(Scenarios.of(3, 20, 0, server, one));
    SimResult together = run(Scenarios.of(3, 20, 0, server, two));

    // threads are free, and so the one is served as if it were alone
    assertThat(together.figure("one", "latency.max")).isEqualTo(alone.figure("one", "latency.max"));
    assertThat(together.figure("one", "served.cost")).isEqualTo(alone.figure("one", "served.cost"));
  }

  @Test
  void anAnswerTakesTwoWaysAndItsServingTime() {
    ServerSpec server = Scenarios.server(100, 10, new Spread.Exact(), Bonus.TENTH);
    SimResult result =
        run(
            Scenarios.of(
                1,
                10,
                0,
                server,
                Scenarios.NEAR,
                List.of(
                    Scenarios.group("one", 1, Scenarios.perSecond(5), "headers:10", OBEDIENT))));

    assertThat(value(result, "one", "latency.p50")).isEqualTo(150_000 + 10 * 30_000);
    assertThat(value(result, "one", "latency.max")).isEqualTo(150_000 + 10 * 30_000);
    double served = value(result, "one", "served.requests");
    assertThat(value(result, "one", "served.cost")).isEqualTo(served * 450_000);
  }

  @Test
  void whoObeysIsNeverFrozenBesideThoseWhoDoNot() {
    ServerSpec server = Scenarios.server(100, 20, new Spread.Exact(), Bonus.TENTH);
    SimResult result =
        run(
            Scenarios.of(
                1,
                30,
                5,
                server,
                List.of(
                    Scenarios.group("good", 5, Scenarios.window(10), "headers:16", OBEDIENT),
                    Scenarios.group(
                        "bad",
                        5,
                        Scenarios.window(10),
                        "headers:192",
                        new Strategy.IgnoreStop()))));

    assertThat(value(result, "good", "freezes")).isZero();
    assertThat(value(result, "bad", "freezes")).isPositive();
    assertThat(value(result, "good", "served.cost"))
        .isGreaterThan(value(result, "bad", "served.cost"));
  }

  /** A client that spends more than it has, and says that it obeys. */
  private static final class Cheat implements SimExtension {
    @Override
    public void onStart(SimWorld world) {}

    @Override
    public ClientBehaviour behaviour(SimClient client, Strategy.Paying strategy) {
      return new ClientBehaviour() {
        @Override
        public long waitNanos(ServerCredit credit, long maxCost, long nowNanos) {
          return 0;
        }
      };
    }
  }

  @Test
  void aBreachEndsTheRunAndNamesTimeClientAndSeed() {
    ServerSpec server = Scenarios.server(100, 20, new Spread.Exact(), Bonus.TENTH);
    Strategy pays =
        new Strategy.Buyer(
            new Strategy.Budget(UInt256.ONE, Scenarios.SECOND), Capacity.LEAST, UInt256.ONE);
    Scenario plain =
        Scenarios.of(
            42,
            30,
            0,
            server,
            NetworkSpec.DEFAULT,
            List.of(Scenarios.group("cheats", 2, Scenarios.window(50), "headers:192", pays)),
            Optional.of(VipSpec.DEFAULT));

    assertThatIllegalStateException()
        .isThrownBy(
            () -> new Simulation(scenario -> Optional.of(new Cheat())).run(plain, Progress.NONE))
        .withMessageMatching(
            "Broken at \\d+ ns, seed 42, client cheats [01]: it spent \\d+ where .*");
  }

  @Test
  void aRunCanBeGivenUp() {
    ServerSpec server = Scenarios.server(100, 100, new Spread.Exact(), Bonus.TENTH);
    Scenario endless =
        Scenarios.of(
            1,
            86_400,
            0,
            server,
            List.of(Scenarios.group("all", 100, Scenarios.window(1), "headers:1", OBEDIENT)));

    Assertions.assertThatExceptionOfType(CancellationException.class)
        .isThrownBy(() -> new Simulation().run(endless, (nowNanos, events) -> false));
  }

  @Test
  void seriesAddUpToTheFigures() {
    SimResult result = run(motley(1, 5).withSeed(2));
    double all = 0;
    for (var series : result.series()) {
      if (series.group().isEmpty() && series.name().equals("served")) {
        for (int i = 0; i < series.size(); i++) {
          all += series.timeNanos(i) > 5 * Scenarios.SECOND ? series.value(i) : 0;
        }
      }
    }
    BigDecimal served = result.figure("", "served.requests").orElseThrow().value();
    assertThat(all).isEqualTo(served.doubleValue());
  }
}
