package io.lesnode.app.node;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.lesnode.app.metrics.PageServer;
import io.lesnode.payment.ledger.Ledger;
import io.lesnode.payment.ledger.MemoryLedgerStore;
import io.lesnode.primitives.crypto.Keccak;
import io.lesnode.primitives.crypto.KeyPair;
import io.lesnode.vip.pool.PoolNode;
import io.lesnode.vip.pool.PoolSettings;
import io.lesnode.vip.pool.PoolStatus;
import io.lesnode.vip.pool.VipIdentity;
import io.lesnode.vipnode.pool.PoolFigures;
import io.lesnode.vipnode.pool.PoolFigures.ActiveHost;
import io.lesnode.vipnode.pool.PoolRules;
import io.lesnode.vipnode.pool.TokenPrice;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;
import org.junit.jupiter.api.Test;

/** A pool's status page: vipnode's T1 and the defect D20 (docs/pool.md). */
class PoolPagesTest {
  private static final Bytes32 HOST = Keccak.keccak256(Bytes.of(7));
  private static final BigInteger MUCH = BigInteger.TEN.pow(30);

  private static PoolStatus status(Optional<String> error) {
    ActiveHost host =
        new ActiveHost(
            HOST, 1_700, 42, 3, 100_000, 3_000, new TokenPrice(104), 25, 7, false, "les-node/v1");
    PoolFigures figures = new PoolFigures(List.of(host), 2, 5, 6, 3, 43, 9, 8, 1, 4);
    return new PoolStatus(1_800, 1_000, "v1", figures, 8, MUCH, MUCH, BigInteger.ONE, 0, error);
  }

  @Test
  void statusHasTheFieldsOfVipnodeT1() {
    JsonNode json = PoolPages.json(status(Optional.empty()));
    assertThat(json.at("/time_updated").asLong()).isEqualTo(1_800);
    assertThat(json.at("/time_started").asLong()).isEqualTo(1_000);
    assertThat(json.at("/version").asText()).isEqualTo("v1");
    assertThat(json.at("/active_hosts/0/short_id").asText())
        .hasSize(12)
        .isEqualTo(HOST.toUnprefixedHexString().substring(0, 12));
    assertThat(json.at("/active_hosts/0/last_seen").asLong()).isEqualTo(1_700);
    assertThat(json.at("/active_hosts/0/block_number").asLong()).isEqualTo(42);
    assertThat(json.at("/active_hosts/0/num_peers").asInt()).isEqualTo(3);
    assertThat(json.at("/active_hosts/0/node_version").asText()).isEqualTo("les-node/v1");
    assertThat(json.at("/stats/num_active_hosts").asInt()).isEqualTo(1);
    assertThat(json.at("/stats/num_total_hosts").asInt()).isEqualTo(2);
    assertThat(json.at("/stats/num_active_clients").asInt()).isEqualTo(5);
    assertThat(json.at("/stats/num_total_clients").asInt()).isEqualTo(6);
    assertThat(json.at("/stats/latest_block_number").asLong()).isEqualTo(43);
    assertThat(json.at("/error").isNull()).isTrue();
  }

  /** A JSON number of wei loses its last digits in a browser. */
  @Test
  void amountsAreTexts() {
    JsonNode json = PoolPages.json(status(Optional.empty()));
    assertThat(json.at("/stats/total_credit").isTextual()).isTrue();
    assertThat(json.at("/stats/total_credit").asText()).isEqualTo(MUCH.toString());
    assertThat(json.at("/stats/total_deposit").asText()).isEqualTo(MUCH.toString());
  }

  @Test
  void healthFailsWithTheReason() {
    assertThat(PoolPages.health(status(Optional.empty())).status()).isEqualTo(200);
    PageServer.Page ill = PoolPages.health(status(Optional.of("the disk is full")));
    assertThat(ill.status()).isEqualTo(500);
    assertThat(ill.text()).contains("the disk is full");
  }

  @Test
  void nobodysAccountOrAddressIsShownD20() throws Exception {
    String text = PoolPages.json(status(Optional.empty())).toString();
    assertThat(text).doesNotContain(HOST.toUnprefixedHexString()).doesNotContain("enode");
    assertThat(text).doesNotContainPattern("[0-9a-f]{40}");
  }

  @Test
  void metricsHaveOneLineEach() {
    String text = PoolPages.metrics(status(Optional.of("x")));
    assertThat(text).contains("pool_healthy 0\n", "pool_hosts_active 1\n");
    assertThat(text).contains("pool_intervals_disputed_total 1\n");
    assertThat(text.lines().filter(line -> !line.startsWith("#")))
        .allMatch(line -> line.matches("pool_[a-z0-9_]+ [0-9-]+"));
  }

  @Test
  void pagesOverHttp() throws Exception {
    AtomicReference<PoolStatus> now = new AtomicReference<>(status(Optional.empty()));
    try (PageServer server =
            PageServer.start(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                "pages",
                PoolPages.of(now::get));
        HttpClient client = HttpClient.newHttpClient()) {
      assertThat(get(client, server, "/").statusCode()).isEqualTo(200);
      assertThat(new ObjectMapper().readTree(get(client, server, "/pool_status").body()))
          .isEqualTo(new ObjectMapper().readTree(PoolPages.json(now.get()).toString()));
      assertThat(get(client, server, "/health").statusCode()).isEqualTo(200);
      now.set(status(Optional.of("gone")));
      assertThat(get(client, server, "/health").statusCode()).isEqualTo(500);
      assertThat(get(client, server, "/metrics").body()).contains("pool_healthy 0");
      assertThat(get(client, server, "/secret").statusCode()).isEqualTo(404);
    }
  }

  private static HttpResponse<String> get(HttpClient client, PageServer server, String path)
      throws Exception {
    URI uri = URI.create("http://127.0.0.1:" + server.address().getPort() + path);
    return client.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
  }

  /** The books are looked through once a minute, however often somebody asks. */
  @Test
  void statusIsServedFromItsCacheT1() throws Exception {
    KeyPair key = KeyPair.ofSecret(Keccak.keccak256(Bytes.of(1)));
    VipIdentity self = new VipIdentity(key, Optional.empty(), UInt256.valueOf(1337), Bytes32.ZERO);
    PoolSettings settings = PoolSettings.of("test", Optional.empty(), 5, PoolRules.standard(), 1);
    PoolNode.Money money = new PoolNode.Money(List.of(), Optional.empty(), Optional.empty());
    try (PoolNode pool =
        PoolNode.start(
            self, settings, Ledger.open(new MemoryLedgerStore()), money, InstantSource.system())) {
      PoolStatus first = pool.status();
      assertThat(first.healthy()).isTrue();
      assertThat(pool.status()).isSameAs(first);
      assertThat(pool.freshStatus()).isNotSameAs(first);
    }
  }
}
