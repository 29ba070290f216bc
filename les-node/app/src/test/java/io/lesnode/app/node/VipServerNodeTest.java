package io.lesnode.app.node;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.lesnode.app.config.HttpSettings;
import io.lesnode.app.config.LightServeSettings;
import io.lesnode.app.config.VipServeSettings;
import io.lesnode.payment.EtherUnits;
import io.lesnode.payment.MethodId;
import io.lesnode.payment.signing.MemorySigner;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A dev node that sells priority: its methods, its metrics, its books over a restart. */
class VipServerNodeTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private Path folder;

  private FullNode start() {
    return DevNode.start(
        folder.resolve("d"),
        0,
        VectorChain.peers(true),
        new LightServeSettings(100, 10),
        new HttpSettings(
            true,
            "127.0.0.1",
            0,
            List.of("eth", "vip"),
            List.of(),
            List.of("localhost"),
            50_000_000,
            Duration.ofSeconds(60),
            1),
        VectorChain.endpoints(),
        Optional.of(SETTINGS));
  }

  private static final VipServeSettings SETTINGS =
      new VipServeSettings(
          EtherUnits.parseAmount("6000gwei"),
          Set.of(MethodId.TEST, MethodId.CHEQUE, MethodId.LOTTERY, MethodId.SUBSCRIPTION),
          Optional.of(new MemorySigner(DevNode.FAUCET)),
          DevContracts.byMethod(),
          180,
          5,
          80,
          false,
          0,
          0,
          60,
          false);

  @Test
  void everybodySeesWhatIsSoldAndOnlyTheOperatorToWhom() throws Exception {
    try (FullNode node = start();
        RpcClient http = new RpcClient(node.endpoints().http().orElseThrow());
        StreamRpcClient ipc = StreamRpcClient.ipc(node.endpoints().ipc().orElseThrow())) {
      JsonNode status = http.result("vip_status");
      assertThat(status.path("hourPriceWei").asText()).isEqualTo("6000000000000");
      assertThat(status.path("methods")).hasSize(4);
      assertThat(status.path("account").asText()).isEqualTo(DevNode.FAUCET.address().toString());
      JsonNode offer = http.result("vip_offer");
      assertThat(offer.path("trialGuaranteedSeconds").asLong()).isEqualTo(180);
      assertThat(offer.path("priorityCapacity").asLong())
          .isEqualTo(offer.path("totalCapacity").asLong() / 100 * 80);
      for (String method : Set.of("vip_clients", "vip_balances", "vip_settle", "vip_setPrice")) {
        assertThat(http.call(method, JSON.createArrayNode()).at("/error/message").asText())
            .isEqualTo(
                "the method " + method + " is served only over IPC or the authenticated port");
      }
      assertThat(ipc.ask("vip_clients").path("result")).isEmpty();
      assertThat(ipc.ask("vip_balances").at("/result/balanced").asBoolean()).isTrue();
      assertThat(ipc.ask("vip_setPrice", "1ether").path("result").asBoolean()).isTrue();
      assertThat(http.result("vip_status").path("hourPriceWei").asText())
          .isEqualTo("1000000000000000000");
      assertThat(ipc.ask("vip_setPrice", "0").at("/error/message").asText()).contains("more than");
      assertThat(ipc.ask("vip_export", "csv").at("/result/text").asText()).startsWith("sequence,");
      assertThat(ipc.ask("vip_settle").path("result")).isEmpty();
      assertThat(metrics(node)).contains("vip_price ", "vip_refused_stale_total", "vip_earned ");
    }
    try (FullNode again = start()) {
      assertThat(again.vip()).hasValueSatisfying(vip -> assertThat(vip.offer()).isPresent());
    }
  }

  private static String metrics(FullNode node) throws Exception {
    try (HttpClient client = HttpClient.newHttpClient()) {
      URI uri = URI.create(node.endpoints().metrics().orElseThrow() + "/metrics");
      return client
          .send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString())
          .body();
    }
  }
}
