package io.lesnode.benchmarks.sim.scenario;

import io.lesnode.benchmarks.sim.scenario.ServerSpec.Spread;
import io.lesnode.flowcontrol.cost.BaseCosts;
import io.lesnode.flowcontrol.cost.RequestCost;
import io.lesnode.flowcontrol.cost.RequestKind;
import io.lesnode.flowcontrol.pool.PriceFactors;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Makes a scenario of the pieces of a file; confined to one thread. */
final class ScenarioReader {
  private static final int SAMPLES = 240;
  private static final int THREADS_PER_FULL_SERVE = 4;

  private final String fileName;
  private final Path folder;

  /**
   * A reader.
   *
   * @param fileName what a scenario without a name is called
   * @param folder where files that it names are
   */
  ScenarioReader(String fileName, Path folder) {
    this.fileName = fileName;
    this.folder = folder;
  }

  Scenario scenario(YamlNode root) {
    Section top = Section.of("scenario", root);
    long duration = top.number("duration");
    Map<String, YamlNode> groupNodes = fields(top, "groups");
    List<GroupSpec> groups = new ArrayList<>();
    groupNodes.forEach((name, node) -> groups.add(group(name, node)));
    ServerSpec server = server(top.section("server", "server"));
    NetworkSpec network = network(top.section("network", "network"));
    Optional<VipSpec> vip = top.node("vip").map(node -> vip(Section.of("vip", node)));
    List<Expectation> expectations = new ArrayList<>();
    if (top.has("expect")) {
      fields(top, "expect")
          .forEach((name, node) -> expectations.add(expectation(name, node, groupNodes)));
    }
    String name = name(top.where("name"), top.has("name") ? top.text("name") : fileName);
    return top.make(
        () ->
            new Scenario(
                name,
                top.text("description"),
                top.number("seed"),
                duration,
                top.has("sample") ? top.number("sample") : Math.max(1, duration / SAMPLES),
                top.number("warmup"),
                server,
                network,
                vip,
                groups,
                expectations));
  }

  private static Map<String, YamlNode> fields(Section section, String name) {
    YamlNode node =
        section
            .node(name)
            .orElseThrow(
                () ->
                    YamlNode.wrong(
                        section.where(), "'" + name + "' is missing in '" + section.name() + "'"));
    if (!(node instanceof YamlNode.Fields fields)) {
      throw YamlNode.wrong(node.where(), "'" + name + "' is a set of names with fields");
    }
    return fields.fields();
  }

  static String name(String where, String text) {
    if (!text.matches("[A-Za-z0-9][A-Za-z0-9.-]{0,63}")) {
      throw YamlNode.wrong(
          where, "'" + text + "' is no name: letters, digits, dots and dashes, at most 64");
    }
    return text;
  }

  private ServerSpec server(Section s) {
    Section costs = s.section("costs", "costs");
    BaseCosts promised = costs(costs, "promised", BaseCosts.geth());
    BaseCosts real = costs(costs, "real", promised);
    Spread spread = spread(costs);
    Optional<ServerSpec.Pauses> pauses = s.node("blocks").map(n -> pauses(Section.of("blocks", n)));
    ServerSpec.PoolSpec pool = pool(s.section("pool", "pool"));
    int serve = s.integer("serve");
    return s.make(
        () ->
            new ServerSpec(
                serve,
                s.integer("clients"),
                s.has("threads") ? s.integer("threads") : threads(serve),
                s.number("ingress"),
                s.number("egress"),
                s.integer("free-floor"),
                s.integer("free-address-bits"),
                promised,
                real,
                spread,
                pauses,
                bonus(s),
                pool));
  }

  private static ServerSpec.Bonus bonus(Section s) {
    String word = s.text("bonus");
    return switch (word) {
      case "tenth" -> ServerSpec.Bonus.TENTH;
      case "all" -> ServerSpec.Bonus.ALL;
      case "none" -> ServerSpec.Bonus.NONE;
      default ->
          throw YamlNode.wrong(s.where("bonus"), "'" + word + "' is no bonus: tenth, all or none");
    };
  }

  /** As many as a real server would have. */
  private static int threads(int servePercent) {
    return Math.max(THREADS_PER_FULL_SERVE, servePercent * THREADS_PER_FULL_SERVE / 100);
  }

  private BaseCosts costs(Section s, String name, BaseCosts promised) {
    Optional<YamlNode> node = s.node(name);
    if (node.isPresent() && node.get() instanceof YamlNode.Fields table) {
      return table(table);
    }
    return s.value(
        name,
        text ->
            switch (text) {
              case "geth" -> BaseCosts.geth();
              case "promised" -> promised;
              default -> {
                if (!text.endsWith(".json")) {
                  throw new IllegalArgumentException(
                      "'" + text + "' is not geth, promised, a .json file or a table of kinds");
                }
                yield CostFile.read(folder.resolve(text));
              }
            });
  }

  private static BaseCosts table(YamlNode.Fields table) {
    Map<RequestKind, RequestCost> costs = new EnumMap<>(RequestKind.class);
    for (RequestKind kind : RequestKind.all()) {
      costs.put(kind, kind.averageTimeNanos());
    }
    table
        .fields()
        .forEach(
            (word, node) -> {
              RequestKind kind =
                  Mix.kind(word)
                      .orElseThrow(
                          () ->
                              YamlNode.wrong(node.where(), "'" + word + "' is no kind of request"));
              Section cost = Section.of("cost", node);
              costs.put(kind, new RequestCost(cost.number("base"), cost.number("item")));
            });
    return new BaseCosts(costs);
  }

  private static Spread spread(Section s) {
    String word = s.text("spread");
    if (s.has("sigma") && !word.equals("log-normal")) {
      throw YamlNode.wrong(s.where("sigma"), "sigma is for 'spread: log-normal'");
    }
    return switch (word) {
      case "exact" -> new Spread.Exact();
      case "uniform" -> new Spread.Uniform();
      case "at-once" -> new Spread.AtOnce();
      case "log-normal" -> new Spread.LogNormal(s.integer("sigma"));
      default ->
          throw YamlNode.wrong(
              s.where("spread"),
              "'" + word + "' is no spread: exact, uniform, at-once or log-normal");
    };
  }

  private static ServerSpec.Pauses pauses(Section s) {
    return s.make(
        () -> new ServerSpec.Pauses(s.number("every"), s.number("for"), s.flag("random")));
  }

  private static ServerSpec.PoolSpec pool(Section s) {
    return s.make(
        () ->
            new ServerSpec.PoolSpec(
                s.number("bias"),
                s.seconds("positive-expiry"),
                s.seconds("negative-expiry"),
                factors(s.section("positive", "factors")),
                factors(s.section("negative", "factors"))));
  }

  private static PriceFactors factors(Section s) {
    return new PriceFactors(
        s.number("time") / 1_000.0, s.number("capacity") / 1_000.0, s.number("request") / 1_000.0);
  }

  private static NetworkSpec network(Section s) {
    return s.make(
        () ->
            new NetworkSpec(
                s.number("latency"),
                s.number("jitter"),
                s.integer("loss"),
                s.number("retransmit"),
                s.number("up"),
                s.number("down")));
  }

  private static VipSpec vip(Section s) {
    return s.make(
        () ->
            new VipSpec(
                s.wei("hour-price"),
                s.seconds("trial"),
                s.seconds("trial-guaranteed"),
                s.seconds("trial-forgotten"),
                s.seconds("grace"),
                s.integer("most-paid"),
                s.flag("auction"),
                s.seconds("token-expiry"),
                s.seconds("offer"),
                s.integer("price-change")));
  }

  private static GroupSpec group(String name, YamlNode node) {
    if (!name.matches("[a-z0-9][a-z0-9-]{0,31}")) {
      throw YamlNode.wrong(
          node.where(), "'" + name + "' is no name of a group: small letters, digits and dashes");
    }
    Section s = Section.of("group", node);
    Arrival arrival = GroupParts.arrival(s);
    Demand demand = GroupParts.demand(s);
    Strategy strategy = GroupParts.strategy(s);
    Optional<GroupSpec.Reconnect> reconnect = GroupParts.reconnect(s);
    List<Grant> grants = GroupParts.grants(s);
    Optional<NetworkSpec> network =
        s.node("network").map(other -> network(Section.of("network", other)));
    return s.make(
        () ->
            new GroupSpec(
                name,
                s.integer("count"),
                arrival,
                demand,
                s.mix("mix"),
                strategy,
                s.integer("per-address"),
                reconnect,
                grants,
                network));
  }

  private static Expectation expectation(String name, YamlNode node, Map<String, YamlNode> groups) {
    int slash = name.indexOf('/');
    String group = slash < 0 ? "" : name.substring(0, slash);
    String key = name.substring(slash + 1);
    if (!group.isEmpty() && !groups.containsKey(group)) {
      throw YamlNode.wrong(
          node.where(),
          "'" + group + "' is no group; there are " + String.join(", ", groups.keySet()));
    }
    if (!key.matches("[A-Za-z0-9.-]{1,64}")) {
      throw YamlNode.wrong(node.where(), "'" + key + "' is no name of a figure");
    }
    Section s = Section.of("expectation", node);
    return s.make(() -> new Expectation(group, key, bound(s, "least"), bound(s, "most")));
  }

  private static Optional<BigDecimal> bound(Section s, String name) {
    return s.has(name) ? Optional.of(s.value(name, ScenarioReader::figure)) : Optional.empty();
  }

  /** A number in the smallest unit: plain, in percent, a time or money. */
  static BigDecimal figure(String text) {
    if (text.matches("-?\\d{1,40}(\\.\\d{1,20})?")) {
      return new BigDecimal(text);
    }
    if (text.endsWith("%")) {
      return BigDecimal.valueOf(Quantities.ppm(text), 6);
    }
    if (text.matches(".*(wei|ether)")) {
      return new BigDecimal(Quantities.wei(text).toUnsignedBigInteger());
    }
    return BigDecimal.valueOf(Quantities.nanos(text));
  }
}
