package io.lesnode.app.metrics;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Shows metrics to Prometheus over HTTP at {@code /metrics} and at geth's path {@code
 * /debug/metrics/prometheus}. Thread-safe.
 */
public final class MetricsServer implements AutoCloseable {
  private static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

  private final NodeMetrics metrics;
  private final PageServer server;

  private MetricsServer(NodeMetrics metrics, PageServer server) {
    this.metrics = metrics;
    this.server = server;
  }

  /**
   * Binds and serves.
   *
   * @param address where to listen; port 0 takes a free one
   * @throws IOException if the address cannot be bound
   */
  public static MetricsServer start(InetSocketAddress address, MetricsSource source)
      throws IOException {
    NodeMetrics metrics = new NodeMetrics(source);
    Supplier<PageServer.Page> page = () -> new PageServer.Page(200, CONTENT_TYPE, metrics.scrape());
    try {
      return new MetricsServer(
          metrics,
          PageServer.start(
              address, "metrics", Map.of("/metrics", page, "/debug/metrics/prometheus", page)));
    } catch (IOException notBound) {
      metrics.close();
      throw notBound;
    }
  }

  /** Where it listens, with the real port. */
  public InetSocketAddress address() {
    return server.address();
  }

  @Override
  public void close() {
    server.close();
    metrics.close();
  }
}
