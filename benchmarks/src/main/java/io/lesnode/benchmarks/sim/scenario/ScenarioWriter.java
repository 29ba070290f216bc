package io.lesnode.benchmarks.sim.scenario;

import io.lesnode.benchmarks.sim.scenario.Schema.Kind;
import io.lesnode.benchmarks.sim.scenario.ServerSpec.Spread;
import io.lesnode.flowcontrol.cost.BaseCosts;
import io.lesnode.flowcontrol.cost.RequestCost;
import io.lesnode.flowcontrol.cost.RequestKind;
import io.lesnode.flowcontrol.pool.PriceFactors;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Writes a scenario with every value, so that it reads back as an equal one. Stateless. */
final class ScenarioWriter {
  private ScenarioWriter() {}

  /** Fields in the order in which they are put. */
  static final class Out {
    private final String section;
    private final Map<String, YamlNode> fields = new LinkedHashMap<>();

    Out(String section) {
      this.section = section;
    }

    /** For a section that comes in kinds. */
    static Out ofKind(String section, String kind) {
      return new Out(section + "." + kind).raw("kind", kind);
    }

    Out number(String name, long value) {
      Kind kind = Schema.field(section, name).kind();
      return raw(name, kind.write(value));
    }

    Out seconds(String name, long seconds) {
      return number(name, seconds * 1_000_000_000L);
    }

    Out text(String name, String value) {
      Schema.field(section, name);
      return raw(name, value);
    }

    Out node(String name, YamlNode value) {
      Schema.field(section, name);
      fields.put(name, value);
      return this;
    }

    Out raw(String name, String value) {
      fields.put(name, scalar(value));
      return this;
    }

    YamlNode.Fields done() {
      return new YamlNode.Fields("", fields);
    }
  }

  static YamlNode scalar(String text) {
    return new YamlNode.Scalar("", text);
  }

  static String write(Scenario scenario) {
    return YamlText.write(root(scenario));
  }

  private static YamlNode.Fields root(Scenario s) {
    Out out =
        new Out("scenario")
            .text("name", s.name())
            .text("description", s.description())
            .number("seed", s.seed())
            .number("duration", s.durationNanos())
            .number("sample", s.sampleNanos())
            .number("warmup", s.warmupNanos())
            .node("server", server(s.server()))
            .node("network", network(s.network()));
    s.vip().ifPresent(vip -> out.node("vip", vip(vip)));
    Map<String, YamlNode> groups = new LinkedHashMap<>();
    s.groups().forEach(group -> groups.put(group.name(), GroupWriter.group(group)));
    out.node("groups", new YamlNode.Fields("", groups));
    if (!s.expectations().isEmpty()) {
      Map<String, YamlNode> expectations = new LinkedHashMap<>();
      s.expectations().forEach(e -> expectations.put(e.name(), expectation(e)));
      out.node("expect", new YamlNode.Fields("", expectations));
    }
    return out.done();
  }

  private static YamlNode server(ServerSpec s) {
    Out out =
        new Out("server")
            .number("serve", s.servePercent())
            .number("clients", s.maxClients())
            .number("threads", s.threads())
            .number("ingress", s.ingressBytesPerSecond())
            .number("egress", s.egressBytesPerSecond())
            .number("free-floor", s.freeFloorPercent())
            .number("free-address-bits", s.freeIpv4Bits())
            .text("bonus", s.bonus().name().toLowerCase(Locale.ROOT));
    Out costs =
        new Out("costs").node("promised", costs(s.promised())).node("real", costs(s.real()));
    switch (s.spread()) {
      case Spread.Exact exact -> costs.text("spread", "exact");
      case Spread.Uniform uniform -> costs.text("spread", "uniform");
      case Spread.AtOnce atOnce -> costs.text("spread", "at-once");
      case Spread.LogNormal log ->
          costs.text("spread", "log-normal").number("sigma", log.sigmaPermille());
    }
    out.node("costs", costs.done());
    s.pauses()
        .ifPresent(
            p ->
                out.node(
                    "blocks",
                    new Out("blocks")
                        .number("every", p.everyNanos())
                        .number("for", p.forNanos())
                        .text("random", Boolean.toString(p.random()))
                        .done()));
    ServerSpec.PoolSpec pool = s.pool();
    out.node(
        "pool",
        new Out("pool")
            .number("bias", pool.connectedBiasNanos())
            .seconds("positive-expiry", pool.positiveExpirySeconds())
            .seconds("negative-expiry", pool.negativeExpirySeconds())
            .node("positive", factors(pool.positive()))
            .node("negative", factors(pool.negative()))
            .done());
    return out.done();
  }

  private static YamlNode costs(BaseCosts costs) {
    if (costs.equals(BaseCosts.geth())) {
      return scalar("geth");
    }
    Map<String, YamlNode> table = new LinkedHashMap<>();
    for (RequestKind kind : RequestKind.all()) {
      RequestCost cost = costs.averageTimeNanos(kind);
      table.put(
          Mix.word(kind),
          new Out("cost").number("base", cost.base()).number("item", cost.perItem()).done());
    }
    return new YamlNode.Fields("", table);
  }

  private static YamlNode factors(PriceFactors factors) {
    return new Out("factors")
        .text("time", decimal(factors.time()))
        .text("capacity", decimal(factors.capacity()))
        .text("request", decimal(factors.request()))
        .done();
  }

  private static String decimal(double value) {
    return Quantities.plain(BigDecimal.valueOf(value));
  }

  static YamlNode network(NetworkSpec s) {
    return new Out("network")
        .number("latency", s.latencyNanos())
        .number("jitter", s.jitterNanos())
        .number("loss", s.lossPpm())
        .number("retransmit", s.retransmitNanos())
        .number("up", s.upBytesPerSecond())
        .number("down", s.downBytesPerSecond())
        .done();
  }

  private static YamlNode vip(VipSpec s) {
    return new Out("vip")
        .text("hour-price", Quantities.weiText(s.hourPriceWei()))
        .seconds("trial", s.trialSeconds())
        .seconds("trial-guaranteed", s.trialGuaranteedSeconds())
        .seconds("trial-forgotten", s.trialForgottenSeconds())
        .seconds("grace", s.graceSeconds())
        .number("most-paid", s.maxSharePercent())
        .text("auction", Boolean.toString(s.auction()))
        .seconds("token-expiry", s.tokenExpirySeconds())
        .seconds("offer", s.offerSeconds())
        .number("price-change", s.priceChangePercent())
        .done();
  }

  private static YamlNode expectation(Expectation e) {
    Out out = new Out("expectation");
    e.least().ifPresent(bound -> out.text("least", Quantities.plain(bound)));
    e.most().ifPresent(bound -> out.text("most", Quantities.plain(bound)));
    return out.done();
  }

  static YamlNode items(List<YamlNode> items) {
    return new YamlNode.Items("", new ArrayList<>(items));
  }
}
