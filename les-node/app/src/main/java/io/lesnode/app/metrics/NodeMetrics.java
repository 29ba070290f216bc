package io.lesnode.app.metrics;

import io.lesnode.app.metrics.MetricsSource.Picture;
import io.lesnode.devp2p.discovery.DiscoveryStatus;
import io.lesnode.flowcontrol.cost.CostStatistics;
import io.lesnode.flowcontrol.cost.RequestKind;
import io.lesnode.les.server.RequestFigures;
import io.lesnode.les.server.ServerFigures;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.core.instrument.config.NamingConvention;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusNamingConvention;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * The metrics of a node: geth's names with underscores for slashes, as geth's own exporter writes
 * them, and the usual ones of the JVM. A scrape takes one picture of the node, and all numbers come
 * from it. Confined to the thread that scrapes.
 *
 * <p>Differs from geth: times are summaries in seconds with count and sum, without quantiles;
 * counts that geth calls gauges are gauges here too (MetricsServerTest).
 */
final class NodeMetrics implements AutoCloseable {
  /** Up to which multiple of the estimate; as geth's statistics. */
  private static final List<String> RELATIVE_CLASSES =
      List.of("1/16", "1/8", "1/4", "1/2", "1", "2", "4", "8", "16", "more");

  private final MetricsSource source;
  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final JvmGcMetrics garbage = new JvmGcMetrics();

  /** What the gauges read; replaced before each scrape. */
  private Picture picture = Picture.NONE;

  /** Whether there was a LES server to show; without one its metrics are left out. */
  private boolean bound;

  private boolean discoveryBound;
  private boolean vipBound;

  NodeMetrics(MetricsSource source) {
    this.source = source;
    registry.config().namingConvention(new GethNames());
    new JvmMemoryMetrics().bindTo(registry);
    garbage.bindTo(registry);
    new JvmThreadMetrics().bindTo(registry);
    new ClassLoaderMetrics().bindTo(registry);
    new ProcessorMetrics().bindTo(registry);
    new UptimeMetrics().bindTo(registry);
    new FileDescriptorMetrics().bindTo(registry);
    node("p2p/peers", "Connections to peers of all kinds", Picture::peers);
    node("chain/head/block", "Number of the head block", Picture::headNumber);
    node("chain/head/header", "Number of the head header", Picture::headNumber);
    node("chain/head/timestamp", "Timestamp of the head block, seconds", Picture::headTimestamp);
    node("txpool/pending", "Executable transactions", Picture::pendingTransactions);
    node("txpool/queued", "Transactions that wait for others", Picture::queuedTransactions);
  }

  /** The text of a scrape. */
  String scrape() {
    picture = source.picture();
    if (!bound && picture.les().isPresent()) {
      bound = true;
      bindClients();
      bindServing();
      bindCosts();
      bindTraffic();
    }
    if (!discoveryBound && picture.discovery().isPresent()) {
      discoveryBound = true;
      bindDiscovery();
    }
    if (!vipBound && picture.vip().isPresent()) {
      vipBound = true;
      VipMetrics.bind(registry, () -> picture.vip());
    }
    return registry.scrape();
  }

  private void bindDiscovery() {
    discovery("p2p/discovery/known", "Nodes in the tables", DiscoveryStatus::knownNodes);
    discovery("p2p/discovery/live", "Nodes that have answered", DiscoveryStatus::liveNodes);
    discovery("p2p/discovery/found", "Nodes found that were looked for", DiscoveryStatus::accepted);
    discovery("p2p/discovery/refused", "Records of other nodes", DiscoveryStatus::refused);
    discovery("p2p/discovery/lookups", "Lookups started", DiscoveryStatus::lookups);
    discovery(
        "p2p/discovery/lastlookup",
        "When the last lookup was started, seconds since 1970",
        status -> status.lastLookupSeconds().orElse(0));
    discovery("p2p/discovery/dns/nodes", "Records read from DNS", DiscoveryStatus::dnsNodes);
    discovery("p2p/discovery/dns/failures", "Failed DNS questions", DiscoveryStatus::dnsFailures);
    discovery("p2p/discovery/packets/in", "Datagrams received", DiscoveryStatus::packetsIn);
    discovery(
        "p2p/discovery/packets/dropped",
        "Datagrams that were too large or too many",
        DiscoveryStatus::packetsDropped);
  }

  private void discovery(String name, String description, ToDoubleFunction<DiscoveryStatus> value) {
    node(name, description, p -> p.discovery().map(value::applyAsDouble).orElse(0.0));
  }

  private void node(String name, String description, ToDoubleFunction<Picture> value) {
    Gauge.builder(name, this, m -> value.applyAsDouble(m.picture))
        .description(description)
        .register(registry);
  }

  /** A gauge of the LES server; NaN while it does not answer. */
  private void les(String name, String description, ToDoubleFunction<ServerFigures> value) {
    node(name, description, p -> p.les().map(value::applyAsDouble).orElse(Double.NaN));
  }

  private void timer(
      String name,
      String description,
      ToLongFunction<ServerFigures> count,
      ToDoubleFunction<ServerFigures> nanos) {
    FunctionTimer.builder(
            name,
            this,
            m -> m.picture.les().map(count::applyAsLong).orElse(0L),
            m -> m.picture.les().map(nanos::applyAsDouble).orElse(0.0),
            TimeUnit.NANOSECONDS)
        .description(description)
        .register(registry);
  }

  private void bindClients() {
    les("les/connection/server", "Silent links to other servers", f -> f.info().serverLinks());
    timer(
        "les/connection/duration",
        "Ended connections of light clients",
        f -> f.connections().count(),
        f -> f.connections().totalNanos());
    les("les/server/totalCapacity", "Capacity given in total", f -> f.info().totalCapacity());
    les("les/server/maximumCapacity", "Most capacity", f -> f.info().maximumCapacity());
    les("les/server/minimumCapacity", "Least capacity", f -> f.info().minimumCapacity());
    les(
        "les/server/priorityConnectedCapacity",
        "Capacity of connected clients with a balance",
        f -> f.info().priorityConnectedCapacity());
    les(
        "vflux/server/active/capacity",
        "Capacity of connected clients",
        f -> f.info().totalConnectedCapacity());
    les("vflux/server/active/count", "Clients with capacity", f -> f.info().activeClients());
    les(
        "vflux/server/inactive/count",
        "Connected clients without capacity",
        f -> f.info().connectedClients() - f.info().activeClients());
    les("vflux/server/clientEvent/connected", "Clients", f -> f.events().connected());
    les("vflux/server/clientEvent/activated", "Got capacity", f -> f.events().activated());
    les("vflux/server/clientEvent/deactivated", "Lost capacity", f -> f.events().deactivated());
    les("vflux/server/clientEvent/disconnected", "Left", f -> f.events().disconnected());
    les("les/server/clientEvent/refused", "Turned away", f -> f.events().refused());
    les("les/server/clientEvent/freeze", "Freezes", f -> f.events().frozen());
    les("les/server/clientEvent/error", "Faults of clients", f -> f.events().errors());
  }

  private void bindServing() {
    les("les/server/totalRecharge", "Credit per millisecond", ServerFigures::totalRecharge);
    les("les/server/globalFactor", "Cost factor times 1000", ServerFigures::globalFactorMilli);
    les(
        "les/server/recentRequestServed",
        "Serving time of the last second, ns",
        ServerFigures::recentServedNanos);
    les(
        "les/server/recentRequestEstimated",
        "What was expected of it, ns",
        ServerFigures::recentEstimatedNanos);
    les("les/server/servingQueue/served", "Recent thread time", f -> f.queue().servedNanos());
    les("les/server/servingQueue/queued", "Waiting thread time", f -> f.queue().queuedNanos());
    les("les/server/servingQueue/waiting", "Waiting tasks", f -> f.queue().waiting());
    les("les/server/servingQueue/threads", "Serving threads", f -> f.queue().threads());
    timer(
        "les/server/blockProcessingTime",
        "Block imports",
        f -> f.imports().count(),
        f -> f.imports().totalNanos());
  }

  private void bindCosts() {
    timer(
        "les/server/req/servedTime",
        "Serving time of answered requests",
        f -> sum(f, CostStatistics.Figures::requests),
        f -> sum(f, CostStatistics.Figures::servedNanos));
    timer(
        "les/server/req/estimatedTime",
        "What was expected of them",
        f -> sum(f, CostStatistics.Figures::requests),
        f -> sum(f, CostStatistics.Figures::estimatedNanos));
    for (RequestKind kind : RequestKind.all()) {
      for (int c = 0; c < CostStatistics.CLASSES; c++) {
        int index = c;
        Gauge.builder(
                "les/server/req/relative/" + name(kind),
                this,
                m ->
                    m.picture
                        .les()
                        .flatMap(f -> Optional.ofNullable(f.costs().get(kind)))
                        .map(f -> (double) f.classes().get(index))
                        .orElse(0.0))
            .description("Answered requests by their cost relative to the estimate")
            .tag("class", RELATIVE_CLASSES.get(c))
            .register(registry);
      }
    }
  }

  private static long sum(ServerFigures figures, ToLongFunction<CostStatistics.Figures> counter) {
    return figures.costs().values().stream().mapToLong(counter).sum();
  }

  private void bindTraffic() {
    total("les/misc/in/packets", "Messages that came", ServerFigures::inPackets);
    total("les/misc/in/traffic", "Bytes of messages that came", ServerFigures::inBytes);
    total("les/misc/out/packets", "Messages sent", ServerFigures::outPackets);
    total("les/misc/out/traffic", "Bytes of messages sent", ServerFigures::outBytes);
    for (RequestKind kind : RequestKind.all()) {
      String name = name(kind);
      les("les/misc/in/packets/" + name, "Requests", f -> of(f, kind).inPackets());
      les("les/misc/in/traffic/" + name, "Bytes of requests", f -> of(f, kind).inBytes());
      les("les/misc/out/packets/" + name, "Replies", f -> of(f, kind).outPackets());
      les("les/misc/out/traffic/" + name, "Bytes of replies", f -> of(f, kind).outBytes());
      timer(
          "les/misc/serve/" + name,
          "Serving",
          f -> of(f, kind).servedCount(),
          f -> of(f, kind).servedNanos());
    }
  }

  /** A counter whose name ends in "total", which Prometheus keeps for counters. */
  private void total(String name, String description, ToDoubleFunction<ServerFigures> value) {
    FunctionCounter.builder(
            name + "/total", this, m -> m.picture.les().map(value::applyAsDouble).orElse(0.0))
        .description(description)
        .register(registry);
  }

  private static RequestFigures of(ServerFigures figures, RequestKind kind) {
    RequestFigures found = figures.requests().get(kind);
    return found == null ? new RequestFigures(0, 0, 0, 0, 0, 0) : found;
  }

  private static String name(RequestKind kind) {
    return switch (kind) {
      case HEADERS -> "header";
      case BODIES -> "body";
      case RECEIPTS -> "receipt";
      case CODE -> "code";
      case PROOFS -> "proof";
      case HELPER_TRIE_PROOFS -> "helperTrie";
      case SEND_TX -> "txs";
      case TX_STATUS -> "txStatus";
    };
  }

  @Override
  public void close() {
    garbage.close();
    registry.close();
  }

  /** Names with slashes are geth's and stay as they are; the others get Prometheus' manners. */
  private static final class GethNames extends PrometheusNamingConvention
      implements NamingConvention {
    @Override
    public String name(String name, Meter.Type type, @Nullable String baseUnit) {
      return name.indexOf('/') < 0 ? super.name(name, type, baseUnit) : name.replace('/', '_');
    }
  }
}
