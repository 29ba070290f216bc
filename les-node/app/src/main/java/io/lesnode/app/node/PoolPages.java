package io.lesnode.app.node;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lesnode.app.metrics.PageServer.Page;
import io.lesnode.payment.ledger.LedgerHistory;
import io.lesnode.payment.ledger.Statement;
import io.lesnode.vip.pool.PoolStatus;
import io.lesnode.vipnode.pool.PoolFigures;
import io.lesnode.vipnode.pool.PoolFigures.ActiveHost;
import java.math.BigInteger;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;

/**
 * A pool for people and programs to see: status and health in the words of vipnode's {@code
 * pool_status}, and metrics. No account and no address of a member is on the public pages (D20).
 * Stateless.
 */
final class PoolPages {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final String JSON_TYPE = "application/json";
  private static final String METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8";

  private PoolPages() {}

  /** The pages by their paths. */
  static Map<String, Supplier<Page>> of(Supplier<PoolStatus> status) {
    Supplier<Page> whole =
        () -> new Page(200, JSON_TYPE, json(status.get()).toPrettyString() + "\n");
    return Map.of(
        "/",
        whole,
        "/pool_status",
        whole,
        "/health",
        () -> health(status.get()),
        "/metrics",
        () -> new Page(200, METRICS_TYPE, metrics(status.get())));
  }

  /** 500 when something is wrong, so that any watcher understands it. */
  static Page health(PoolStatus status) {
    return new Page(status.healthy() ? 200 : 500, JSON_TYPE, json(status).toPrettyString() + "\n");
  }

  static ObjectNode json(PoolStatus status) {
    PoolFigures figures = status.figures();
    ObjectNode json = JSON.objectNode();
    json.put("time_updated", status.updatedSeconds());
    json.put("time_started", status.startedSeconds());
    json.put("version", status.version());
    ArrayNode hosts = json.putArray("active_hosts");
    figures.hosts().forEach(host -> hosts.add(json(host)));
    ObjectNode stats = json.putObject("stats");
    stats.put("num_active_hosts", figures.hosts().size());
    stats.put("num_total_hosts", figures.totalHosts());
    stats.put("num_active_clients", figures.activeClients());
    stats.put("num_total_clients", figures.totalClients());
    stats.put("num_remotes", status.remotes());
    stats.put("num_pairings", figures.pairings());
    stats.put("latest_block_number", figures.latestBlock());
    stats.put("total_credit", status.creditWei().toString());
    stats.put("total_deposit", status.depositWei().toString());
    stats.put("total_fees", status.feesWei().toString());
    stats.put("hosts_matched", figures.matched());
    stats.put("intervals_settled", figures.settled());
    stats.put("intervals_disputed", figures.disputed());
    stats.put("requests_refused", figures.refused());
    stats.put("payout_failures", status.payoutFailures());
    status.error().ifPresentOrElse(text -> json.put("error", text), () -> json.putNull("error"));
    return json;
  }

  private static ObjectNode json(ActiveHost host) {
    ObjectNode json = JSON.objectNode();
    json.put("short_id", host.id().toUnprefixedHexString().substring(0, 12));
    json.put("last_seen", host.lastSeenSeconds());
    json.put("block_number", host.blockNumber());
    json.put("num_peers", host.clients());
    json.put("capacity", host.capacity());
    json.put("capacity_used", host.reserved());
    json.put("price_wei_per_1e9_tokens", Long.toString(host.price().weiPerGigaToken()));
    json.put("latency_ms", host.latencyMillis());
    json.put("fault_points", host.faultPoints());
    json.put("lagging", host.lagging());
    json.put("node_version", host.version());
    return json;
  }

  /** For Prometheus. */
  static String metrics(PoolStatus status) {
    PoolFigures figures = status.figures();
    StringBuilder text = new StringBuilder();
    gauge(text, "healthy", status.healthy() ? 1 : 0);
    gauge(text, "hosts_active", figures.hosts().size());
    gauge(text, "hosts_known", figures.totalHosts());
    gauge(text, "clients_active", figures.activeClients());
    gauge(text, "connections", status.remotes());
    gauge(text, "pairings", figures.pairings());
    gauge(text, "head_block", figures.latestBlock());
    gauge(text, "capacity_offered", figures.hosts().stream().mapToLong(ActiveHost::capacity).sum());
    gauge(text, "capacity_used", figures.hosts().stream().mapToLong(ActiveHost::reserved).sum());
    gauge(text, "hosts_lagging", figures.hosts().stream().filter(ActiveHost::lagging).count());
    gauge(text, "credit_gwei", gwei(status.creditWei()));
    gauge(text, "deposit_gwei", gwei(status.depositWei()));
    gauge(text, "fees_gwei", gwei(status.feesWei()));
    counter(text, "hosts_matched", figures.matched());
    counter(text, "intervals_settled", figures.settled());
    counter(text, "intervals_disputed", figures.disputed());
    counter(text, "requests_refused", figures.refused());
    counter(text, "payout_failures", status.payoutFailures());
    return text.toString();
  }

  private static long gwei(BigInteger wei) {
    return wei.divide(BigInteger.valueOf(1_000_000_000L)).longValue();
  }

  private static void gauge(StringBuilder text, String name, long value) {
    line(text, "pool_" + name, "gauge", value);
  }

  private static void counter(StringBuilder text, String name, long value) {
    line(text, "pool_" + name + "_total", "counter", value);
  }

  private static void line(StringBuilder text, String name, String type, long value) {
    text.append(String.format(Locale.ROOT, "# TYPE %s %s%n%s %d%n", name, type, name, value));
  }

  /** Every account with its balance; for the operator only. */
  static ObjectNode statement(LedgerHistory history) {
    Statement books = history.statement();
    ObjectNode json = JSON.objectNode();
    json.put("balanced", books.isBalanced());
    ArrayNode accounts = json.putArray("accounts");
    books
        .lines()
        .forEach(
            line ->
                accounts
                    .addObject()
                    .put("account", line.account().text())
                    .put("asset", line.account().kind().asset().text())
                    .put("balance", line.balance().toString()));
    return json;
  }
}
