package io.lesnode.app.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.lesnode.app.metrics.MetricsSource.Picture;
import io.lesnode.flowcontrol.cost.CostStatistics;
import io.lesnode.flowcontrol.cost.RequestKind;
import io.lesnode.les.server.RequestFigures;
import io.lesnode.les.server.ServerFigures;
import io.lesnode.les.server.ServerInfo;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The metrics' names are geth's, each scrape takes one picture, and only scrapes are answered. */
class MetricsServerTest {
  /** Of les/metrics.go and les/vflux/server/metrics.go, with the slashes of geth's exporter. */
  private static final List<String> GETHS =
      List.of(
          "les_misc_in_packets_total",
          "les_misc_in_traffic_total",
          "les_misc_out_packets_total",
          "les_misc_out_traffic_total",
          "les_misc_in_packets_header",
          "les_misc_in_traffic_body",
          "les_misc_in_packets_code",
          "les_misc_in_packets_receipt",
          "les_misc_in_packets_proof",
          "les_misc_in_packets_helperTrie",
          "les_misc_out_packets_txs",
          "les_misc_out_traffic_txStatus",
          "les_misc_serve_header_count",
          "les_connection_duration_count",
          "les_connection_server",
          "les_server_totalCapacity",
          "les_server_totalRecharge",
          "les_server_blockProcessingTime_count",
          "les_server_globalFactor",
          "les_server_recentRequestServed",
          "les_server_recentRequestEstimated",
          "les_server_servingQueue_served",
          "les_server_servingQueue_queued",
          "les_server_clientEvent_freeze",
          "les_server_clientEvent_error",
          "les_server_req_servedTime_count",
          "les_server_req_estimatedTime_count",
          "vflux_server_active_capacity",
          "vflux_server_active_count",
          "vflux_server_inactive_count",
          "vflux_server_clientEvent_connected",
          "vflux_server_clientEvent_activated",
          "vflux_server_clientEvent_deactivated",
          "vflux_server_clientEvent_disconnected",
          "p2p_peers",
          "chain_head_block",
          "chain_head_header",
          "txpool_pending",
          "txpool_queued");

  private final HttpClient client = HttpClient.newHttpClient();
  private final AtomicInteger pictures = new AtomicInteger();
  private final AtomicReference<Picture> now =
      new AtomicReference<>(new Picture(Optional.of(figures()), 7, 1234, 99, 5, 6));
  private MetricsServer server;

  @BeforeEach
  void start() throws Exception {
    server =
        MetricsServer.start(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
            () -> {
              pictures.incrementAndGet();
              return now.get();
            });
  }

  @AfterEach
  void stop() {
    server.close();
    client.close();
  }

  private static ServerFigures figures() {
    Map<RequestKind, CostStatistics.Figures> costs =
        Map.of(
            RequestKind.HEADERS,
            new CostStatistics.Figures(
                45,
                90,
                8_000_000_000L,
                9_000_000_000L,
                List.of(0L, 1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L, 9L)));
    return new ServerFigures(
        new ServerInfo(16_000, 400_000, 390_000, 48_000, 32_000, 16_000, 3, 2, 1, 4),
        Map.of(RequestKind.HEADERS, new RequestFigures(11, 12, 13, 14, 15, 16_000_000_000L)),
        costs,
        1,
        2,
        3,
        4,
        105,
        106,
        107,
        108,
        new ServerFigures.Queue(9, 10, 111, 112),
        new ServerFigures.Events(213, 214, 215, 216, 217, 218, 219),
        new ServerFigures.Durations(20, 21_000_000_000L),
        new ServerFigures.Durations(22, 23_000_000_000L));
  }

  private HttpResponse<String> send(String method, String path) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.address().getPort() + path))
            .method(method, HttpRequest.BodyPublishers.noBody())
            .build();
    return client.send(request, HttpResponse.BodyHandlers.ofString());
  }

  private Map<String, Double> scrape(String path) throws Exception {
    HttpResponse<String> response = send("GET", path);
    assertThat(response.statusCode()).isEqualTo(200);
    Map<String, Double> values = new HashMap<>();
    for (String line : response.body().lines().toList()) {
      if (!line.startsWith("#")) {
        int space = line.lastIndexOf(' ');
        values.put(line.substring(0, space), Double.valueOf(line.substring(space + 1)));
      }
    }
    return values;
  }

  @Test
  void namesAreGeths() throws Exception {
    Map<String, Double> values = scrape("/debug/metrics/prometheus");
    assertThat(values).containsKeys(GETHS.toArray(String[]::new));
    assertThat(values)
        .containsEntry("les_server_totalCapacity", 390_000.0)
        .containsEntry("les_misc_in_packets_total", 105.0)
        .containsEntry("les_misc_out_traffic_total", 108.0)
        .containsEntry("les_misc_in_packets_header", 11.0)
        .containsEntry("les_misc_out_traffic_header", 14.0)
        .containsEntry("les_misc_in_packets_body", 0.0)
        .containsEntry("les_misc_serve_header_count", 15.0)
        .containsEntry("les_misc_serve_header_sum", 16.0)
        .containsEntry("les_connection_duration_sum", 21.0)
        .containsEntry("les_server_blockProcessingTime_count", 22.0)
        .containsEntry("les_server_clientEvent_freeze", 218.0)
        .containsEntry("les_server_clientEvent_error", 219.0)
        .containsEntry("les_server_clientEvent_refused", 217.0)
        .containsEntry("vflux_server_inactive_count", 1.0)
        .containsEntry("les_server_req_servedTime_sum", 8.0)
        .containsEntry("les_server_req_relative_header{class=\"1/16\"}", 0.0)
        .containsEntry("les_server_req_relative_header{class=\"1\"}", 4.0)
        .containsEntry("les_server_req_relative_header{class=\"more\"}", 9.0)
        .containsEntry("p2p_peers", 7.0)
        .containsEntry("chain_head_block", 1234.0)
        .containsEntry("txpool_pending", 5.0)
        .containsEntry("txpool_queued", 6.0);
    assertThat(values.keySet()).anyMatch(name -> name.startsWith("jvm_memory_used_bytes"));
  }

  @Test
  void eachScrapeTakesOnePicture() throws Exception {
    scrape("/metrics");
    now.set(new Picture(Optional.of(figures()), 8, 1235, 99, 5, 6));
    assertThat(scrape("/metrics?x=1")).containsEntry("chain_head_block", 1235.0);
    assertThat(pictures.get()).isEqualTo(2);
  }

  @Test
  void aNodeThatServesNobodyHasNoLesMetrics() throws Exception {
    now.set(new Picture(Optional.empty(), 8, 1235, 99, 5, 6));
    assertThat(scrape("/metrics").keySet())
        .contains("p2p_peers")
        .noneMatch(name -> name.startsWith("les_"));
    now.set(new Picture(Optional.of(figures()), 8, 1235, 99, 5, 6));
    assertThat(scrape("/metrics")).containsEntry("les_server_minimumCapacity", 16_000.0);
    now.set(new Picture(Optional.empty(), 8, 1235, 99, 5, 6));
    assertThat(scrape("/metrics")).containsEntry("les_server_minimumCapacity", Double.NaN);
  }

  @Test
  void otherRequestsAreRefused() throws Exception {
    assertThat(send("GET", "/").statusCode()).isEqualTo(404);
    assertThat(send("POST", "/metrics").statusCode()).isEqualTo(405);
    assertThat(pictures.get()).isZero();
  }
}
