package io.lesnode.benchmarks.sim.vip;

import static org.assertj.core.api.Assertions.assertThat;

import io.lesnode.benchmarks.sim.engine.Simulation;
import io.lesnode.benchmarks.sim.scenario.Figure;
import io.lesnode.benchmarks.sim.scenario.Scenario;
import io.lesnode.benchmarks.sim.scenario.ScenarioFile;
import io.lesnode.benchmarks.sim.scenario.SimEngine;
import io.lesnode.benchmarks.sim.scenario.SimResult;
import org.junit.jupiter.api.Test;

/** Scenarios in which the server sells, through the whole engine. */
class VipScenarioTest {
  private static final String MARKET =
      """
      description: all kinds of clients that pay
      duration: 4m
      server: {serve: 100%, clients: 20}
      vip: {hour-price: 6000gwei, trial: 30s, auction: true}
      groups:
        buyers:
          count: 3
          demand: {kind: open, rate: 1/s}
          strategy: {kind: buyer, budget: 1ether, capacity: 2x}
        choosy:
          count: 3
          demand: {kind: open, rate: 1/s}
          strategy: {kind: price-sensitive, budget: 1ether, capacity: 2x, value: 12000gwei}
        trials:
          count: 3
          demand: {kind: open, rate: 1/s}
          strategy: {kind: trial-user, convert: 100%, value: 900000gwei, value-sigma: 0}
        bidders:
          count: 3
          demand: {kind: open, rate: 1/s}
          strategy: {kind: bidder, budget: 1ether, value: 30000gwei}
        hoarders:
          count: 1
          demand: {kind: connect}
          strategy: {kind: hoarder, budget: 1ether, hoard: 1h}
        free:
          count: 3
          demand: {kind: open, rate: 1/s}
      """;

  private static final String FREELOADERS =
      """
      description: new names at the same address
      duration: 1h
      server: {serve: 100%, clients: 5}
      vip: {trial: 3m}
      groups:
        honest:
          count: 10
          demand: {kind: connect}
          reconnect: {first: 10s, most: 1m}
        freeloaders:
          count: 10
          demand: {kind: connect}
          reconnect: {first: 10s, most: 1m}
          strategy: {kind: freeloader, stay: 3m}
      """;

  private static SimResult run(String text, long seed) {
    Scenario scenario = ScenarioFile.parse("test", text).scenario().withSeed(seed);
    return new Simulation(VipExtension::of).run(scenario, SimEngine.Progress.NONE);
  }

  private static double figure(SimResult result, String group, String key) {
    return result.figure(group, key).map(Figure::value).orElseThrow().doubleValue();
  }

  @Test
  void everybodyWhoPaysIsServedAndTheBooksAreAudited() {
    SimResult result = run(MARKET, 1);
    assertThat(figure(result, "", "revenue")).isPositive();
    assertThat(figure(result, "", "efficiency")).isBetween(0.1, 1.0);
    assertThat(figure(result, "buyers", "bought")).isEqualTo(3);
    assertThat(figure(result, "buyers", "vip.faults")).isZero();
    assertThat(figure(result, "trials", "bought")).isEqualTo(3);
    assertThat(figure(result, "bidders", "bought")).isEqualTo(3);
    assertThat(figure(result, "", "auction.units.mean")).isPositive();
    assertThat(figure(result, "hoarders", "tokens.left")).isPositive();
    double spent = 0;
    for (String group : new String[] {"buyers", "choosy", "trials", "bidders", "hoarders"}) {
      spent += figure(result, group, "spent");
    }
    assertThat(spent).isEqualTo(figure(result, "", "received"));
    assertThat(run(MARKET, 1)).isEqualTo(result);
    assertThat(run(MARKET, 2)).isNotEqualTo(result);
  }

  /** What was had for nothing is remembered by address: a new key is no newcomer. */
  @Test
  void whoLivesOnTrialsGainsNothing() {
    SimResult result = run(FREELOADERS, 3);
    double honest = figure(result, "honest", "connected.share.mean");
    assertThat(figure(result, "freeloaders", "connected.share.mean"))
        .isLessThanOrEqualTo(honest * 1.1);
    assertThat(figure(result, "", "revenue")).isZero();
  }
}
