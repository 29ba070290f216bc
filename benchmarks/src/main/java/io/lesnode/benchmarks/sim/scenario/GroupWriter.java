package io.lesnode.benchmarks.sim.scenario;

import io.lesnode.benchmarks.sim.scenario.ScenarioWriter.Out;
import java.util.ArrayList;
import java.util.List;

/** Writes a group with every value. Stateless. */
final class GroupWriter {
  private GroupWriter() {}

  static YamlNode group(GroupSpec s) {
    Out out =
        new Out("group")
            .number("count", s.count())
            .node("arrival", arrival(s.arrival()))
            .node("demand", demand(s.demand()))
            .text("mix", s.mix().toString())
            .node("strategy", strategy(s.strategy()))
            .number("per-address", s.perAddress())
            .node(
                "reconnect",
                s.reconnect()
                    .<YamlNode>map(
                        r ->
                            new Out("reconnect")
                                .number("first", r.firstNanos())
                                .number("most", r.mostNanos())
                                .done())
                    .orElseGet(() -> ScenarioWriter.scalar("never")));
    if (!s.grants().isEmpty()) {
      List<YamlNode> grants = new ArrayList<>();
      s.grants().forEach(grant -> grants.add(grant(grant)));
      out.node("grants", ScenarioWriter.items(grants));
    }
    s.network().ifPresent(network -> out.node("network", ScenarioWriter.network(network)));
    return out.done();
  }

  private static YamlNode grant(Grant grant) {
    Out out = new Out("grant").number("at", grant.atNanos()).number("tokens", grant.tokens());
    grant.capacity().ifPresent(c -> out.text("capacity", Quantities.capacityText(c)));
    return out.done();
  }

  private static YamlNode arrival(Arrival arrival) {
    return switch (arrival) {
      case Arrival.Constant a ->
          Out.ofKind("arrival", "constant")
              .number("start", a.startNanos())
              .number("ramp", a.rampNanos())
              .number("stay", a.stayNanos())
              .done();
      case Arrival.Bursty a ->
          Out.ofKind("arrival", "bursty")
              .number("start", a.startNanos())
              .number("every", a.everyNanos())
              .number("for", a.forNanos())
              .done();
      case Arrival.Diurnal a ->
          Out.ofKind("arrival", "diurnal")
              .number("period", a.periodNanos())
              .number("least", a.leastPercent())
              .done();
      case Arrival.Mobile a ->
          Out.ofKind("arrival", "mobile")
              .number("awake", a.awakeNanos())
              .number("asleep", a.asleepNanos())
              .done();
      case Arrival.Toggle a ->
          Out.ofKind("arrival", "toggle")
              .number("every", a.everyNanos())
              .number("first", a.first())
              .text("leaves", Boolean.toString(a.leaves()))
              .done();
    };
  }

  private static YamlNode demand(Demand demand) {
    return switch (demand) {
      case Demand.Connect d -> Out.ofKind("demand", "connect").done();
      case Demand.OpenLoop d ->
          Out.ofKind("demand", "open")
              .text("rate", Quantities.rateText(d.rate()))
              .text("random", Boolean.toString(d.random()))
              .done();
      case Demand.ClosedLoop d ->
          Out.ofKind("demand", "closed")
              .number("window", d.window())
              .number("think", d.thinkNanos())
              .done();
      case Demand.Rotating d ->
          Out.ofKind("demand", "rotating")
              .number("senders", d.senders())
              .number("change", d.changeNanos())
              .number("background", d.background())
              .done();
    };
  }

  private static YamlNode strategy(Strategy strategy) {
    return switch (strategy) {
      case Strategy.Obedient s -> Out.ofKind("strategy", "obedient").done();
      case Strategy.IgnoreCredit s -> Out.ofKind("strategy", "ignore-credit").done();
      case Strategy.IgnoreStop s -> Out.ofKind("strategy", "ignore-stop").done();
      case Strategy.Flood s ->
          Out.ofKind("strategy", "flood").text("rate", Quantities.rateText(s.rate())).done();
      case Strategy.SlowReader s ->
          Out.ofKind("strategy", "slow-reader").number("reads", s.bytesPerSecond()).done();
      case Strategy.Freeloader s ->
          Out.ofKind("strategy", "freeloader")
              .number("stay", s.stayNanos())
              .text("new-identity", Boolean.toString(s.newIdentity()))
              .text("new-address", Boolean.toString(s.newAddress()))
              .done();
      case Strategy.Buyer s ->
          paying("buyer", s.budget())
              .text("capacity", Quantities.capacityText(s.capacity()))
              .text("most-price", Quantities.weiText(s.maxHourPriceWei()))
              .done();
      case Strategy.PriceSensitive s ->
          wishing("price-sensitive", s.budget(), s.capacity(), s.value()).done();
      case Strategy.TrialUser s ->
          wishing("trial-user", s.budget(), s.capacity(), s.value())
              .number("convert", s.convertPercent())
              .number("patience", s.patienceNanos())
              .done();
      case Strategy.Bidder s ->
          wishing("bidder", s.budget(), s.capacity(), s.value())
              .number("bid", s.bidPercent())
              .done();
      case Strategy.Hoarder s ->
          paying("hoarder", s.budget()).number("hoard", s.hoardNanos()).done();
      case Strategy.Speculator s ->
          paying("speculator", s.budget())
              .number("buy-below", s.buyBelowPercent())
              .number("sell-above", s.sellAbovePercent())
              .done();
    };
  }

  private static Out paying(String kind, Strategy.Budget budget) {
    return Out.ofKind("strategy", kind)
        .text("budget", Quantities.weiText(budget.wei()))
        .number("period", budget.periodNanos());
  }

  private static Out wishing(
      String kind, Strategy.Budget budget, Capacity capacity, Strategy.Value value) {
    return paying(kind, budget)
        .text("capacity", Quantities.capacityText(capacity))
        .text("value", Quantities.weiText(value.medianWei()))
        .number("value-sigma", value.sigmaPermille());
  }
}
