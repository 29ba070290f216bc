package io.lesnode.benchmarks.sim.scenario;

import io.lesnode.benchmarks.sim.scenario.Strategy.Budget;
import io.lesnode.benchmarks.sim.scenario.Strategy.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads the parts of a group that come in kinds. Stateless. */
final class GroupParts {
  private GroupParts() {}

  static Arrival arrival(Section group) {
    Section s = kind(group, "arrival", "constant");
    return s.make(
        () ->
            switch (s.name()) {
              case "arrival.constant" ->
                  new Arrival.Constant(s.number("start"), s.number("ramp"), s.number("stay"));
              case "arrival.bursty" ->
                  new Arrival.Bursty(s.number("start"), s.number("every"), s.number("for"));
              case "arrival.diurnal" -> new Arrival.Diurnal(s.number("period"), s.integer("least"));
              case "arrival.mobile" -> new Arrival.Mobile(s.number("awake"), s.number("asleep"));
              case "arrival.toggle" ->
                  new Arrival.Toggle(s.number("every"), s.integer("first"), s.flag("leaves"));
              default -> throw new IllegalStateException("unread " + s.name());
            });
  }

  static Demand demand(Section group) {
    Section s = kind(group, "demand", "open");
    return s.make(
        () ->
            switch (s.name()) {
              case "demand.connect" -> new Demand.Connect();
              case "demand.open" -> new Demand.OpenLoop(s.rate("rate"), s.flag("random"));
              case "demand.closed" -> new Demand.ClosedLoop(s.integer("window"), s.number("think"));
              case "demand.rotating" ->
                  new Demand.Rotating(
                      s.integer("senders"), s.number("change"), s.number("background"));
              default -> throw new IllegalStateException("unread " + s.name());
            });
  }

  static Strategy strategy(Section group) {
    Section s = kind(group, "strategy", "obedient");
    return s.make(
        () ->
            switch (s.name()) {
              case "strategy.obedient" -> new Strategy.Obedient();
              case "strategy.ignore-credit" -> new Strategy.IgnoreCredit();
              case "strategy.ignore-stop" -> new Strategy.IgnoreStop();
              case "strategy.flood" -> new Strategy.Flood(s.rate("rate"));
              case "strategy.slow-reader" -> new Strategy.SlowReader(s.number("reads"));
              case "strategy.freeloader" ->
                  new Strategy.Freeloader(
                      s.number("stay"), s.flag("new-identity"), s.flag("new-address"));
              default -> paying(s);
            });
  }

  private static Strategy paying(Section s) {
    Budget budget = new Budget(s.wei("budget"), s.number("period"));
    return switch (s.name()) {
      case "strategy.buyer" ->
          new Strategy.Buyer(budget, s.capacity("capacity"), s.wei("most-price"));
      case "strategy.price-sensitive" ->
          new Strategy.PriceSensitive(budget, s.capacity("capacity"), value(s));
      case "strategy.trial-user" ->
          new Strategy.TrialUser(
              budget, s.capacity("capacity"), value(s), s.integer("convert"), s.number("patience"));
      case "strategy.bidder" ->
          new Strategy.Bidder(budget, s.capacity("capacity"), value(s), s.integer("bid"));
      case "strategy.hoarder" -> new Strategy.Hoarder(budget, s.number("hoard"));
      case "strategy.speculator" ->
          new Strategy.Speculator(budget, s.integer("buy-below"), s.integer("sell-above"));
      default -> throw new IllegalStateException("unread " + s.name());
    };
  }

  private static Value value(Section s) {
    return new Value(s.wei("value"), s.integer("value-sigma"));
  }

  private static Section kind(Section group, String name, String usual) {
    return group
        .node(name)
        .map(node -> Section.ofKind(name, node))
        .orElseGet(() -> Section.absent(name + "." + usual, group.where()));
  }

  /** {@code never}, fields, or as usual. */
  static Optional<GroupSpec.Reconnect> reconnect(Section group) {
    Optional<YamlNode> node = group.node("reconnect");
    if (node.isEmpty()) {
      return Optional.of(GroupSpec.Reconnect.DEFAULT);
    }
    if (node.get() instanceof YamlNode.Scalar word) {
      if (word.text().equals("never")) {
        return Optional.empty();
      }
      throw YamlNode.wrong(word.where(), "reconnect is 'never' or the fields first and most");
    }
    Section s = Section.of("reconnect", node.get());
    return Optional.of(s.make(() -> new GroupSpec.Reconnect(s.number("first"), s.number("most"))));
  }

  static List<Grant> grants(Section group) {
    Optional<YamlNode> node = group.node("grants");
    if (node.isEmpty()) {
      return List.of();
    }
    if (!(node.get() instanceof YamlNode.Items items)) {
      throw YamlNode.wrong(node.get().where(), "grants is a list: lines that begin with '-'");
    }
    List<Grant> grants = new ArrayList<>();
    for (YamlNode item : items.items()) {
      Section s = Section.of("grant", item);
      Optional<Capacity> capacity =
          s.has("capacity") ? Optional.of(s.capacity("capacity")) : Optional.empty();
      grants.add(s.make(() -> new Grant(s.number("at"), s.number("tokens"), capacity)));
    }
    return grants;
  }
}
