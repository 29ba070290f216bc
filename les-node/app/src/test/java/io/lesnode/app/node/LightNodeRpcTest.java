package io.lesnode.app.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.lesnode.app.config.EndpointSettings;
import io.lesnode.app.config.LightServeSettings;
import io.lesnode.app.config.SyncSettings;
import io.lesnode.chain.index.CheckpointEntry;
import io.lesnode.chain.seal.DevGenesis;
import io.lesnode.devp2p.Enode;
import io.lesnode.primitives.Address;
import io.lesnode.primitives.Transaction;
import io.lesnode.primitives.TransactionType;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * JSON-RPC of a light node at a dev chain's LES server: what it says of itself, events over
 * WebSocket and IPC, filters over HTTP, and who may not call.
 */
class LightNodeRpcTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int ATTEMPTS = 600;

  @TempDir static Path folder;

  private static FullNode server;
  private static LightNode light;
  private static RpcClient http;

  @BeforeAll
  static void start() throws Exception {
    server =
        DevNode.start(
            folder.resolve("dev"),
            0,
            VectorChain.peers(true),
            new LightServeSettings(100, 10),
            VectorChain.http(),
            EndpointSettings.none());
    light = light(folder.resolve("light"), folder.resolve("dev/genesis.json"));
    http = new RpcClient(light.endpoints().http().orElseThrow());
    awaitStatus(http, "synced");
  }

  private static LightNode light(Path datadir, Path genesis) {
    return LightNode.start(
        new LightNode.Settings(
            VectorChain.chain(datadir, genesis),
            VectorChain.peers(false),
            VectorChain.http(),
            VectorChain.endpoints(),
            List.of(Enode.parse(server.endpoints().enode()))));
  }

  @AfterAll
  static void stop() {
    http.close();
    light.close();
    server.close();
  }

  /** Asks until the status is there; the calls themselves take their time. */
  private static JsonNode awaitStatus(RpcClient rpc, String wanted) {
    JsonNode status = JSON.createObjectNode();
    for (int i = 0; i < ATTEMPTS && !status.path("status").asText().equals(wanted); i++) {
      status = rpc.result("les_syncStatus");
    }
    assertThat(status.path("status").asText()).as(status.toString()).isEqualTo(wanted);
    return status;
  }

  private static Transaction transfer(long nonce) {
    return Transaction.builder(TransactionType.LEGACY)
        .chainId(UInt256.valueOf(DevGenesis.CHAIN_ID))
        .nonce(nonce)
        .gasPrice(UInt256.valueOf(10_000_000_000L))
        .gasLimit(21_000)
        .to(Address.ZERO)
        .value(UInt256.ONE)
        .sign(DevNode.FAUCET);
  }

  private static synchronized String sendOne() {
    String sender = DevNode.FAUCET.address().toHexString();
    long nonce = Long.decode(http.result("eth_getTransactionCount", sender, "pending").asText());
    return http.result("eth_sendRawTransaction", transfer(nonce).encoded().toHexString()).asText();
  }

  @Test
  void saysWhatEachServerAnsweredLast() {
    http.result("eth_getBalance", DevNode.FAUCET.address().toHexString(), "latest");

    JsonNode status = http.result("les_syncStatus");

    assertThat(status.path("message").asText()).startsWith("synced at block");
    JsonNode only = status.path("servers").path(0);
    assertThat(status.path("servers")).hasSize(1);
    assertThat(only.path("phase").asText()).isEqualTo("active");
    assertThat(only.at("/lastAnswer/verdict").asText()).isEqualTo("verified");
    assertThat(only.path("answers").asLong()).isPositive();
    assertThat(status.path("knownServers").path(0).path("state").asText()).isEqualTo("connected");
    assertThat(status.at("/head/ageSeconds").isNumber()).isTrue();
    assertThat(status.path("current").asBoolean()).as(status.toString()).isTrue();
    assertThat(status.path("freshness").asText()).contains("the newest that our servers know");
  }

  /** A checkpoint is trusted from the start, whether or not a server is far enough to use it. */
  @Test
  void tellsTheSectionsThatItTrusts() {
    Bytes32 head = Bytes32.fromHexStringLenient("0x01");
    CheckpointEntry section = new CheckpointEntry(3, head, head.not(), head.xor(head.not()));
    SyncSettings sync =
        new SyncSettings(Optional.of(section), false, Optional.empty(), List.of(), 75, true);
    LightNode.Settings settings =
        new LightNode.Settings(
            VectorChain.chain(folder.resolve("trusting"), folder.resolve("dev/genesis.json")),
            VectorChain.peers(false),
            VectorChain.http(),
            VectorChain.endpoints(),
            List.of(),
            sync);
    try (LightNode trusting = LightNode.start(settings);
        RpcClient rpc = new RpcClient(trusting.endpoints().http().orElseThrow())) {
      JsonNode latest = rpc.result("les_latestCheckpoint");
      assertThat(latest.path(0).asText()).isEqualTo("0x3");
      assertThat(latest.path(1).asText()).isEqualTo(section.sectionHead().toHexString());
      assertThat(latest.path(2).asText()).isEqualTo(section.chtRoot().toHexString());
      assertThat(latest.path(3).asText()).isEqualTo(section.bloomRoot().toHexString());
      assertThat(
              rpc.call("les_getCheckpoint", JSON.createArrayNode().add(3)).at("/result/0").asText())
          .isEqualTo(section.sectionHead().toHexString());
    }
  }

  @Test
  void saysWhyAServerIsRefused() throws Exception {
    Path other = folder.resolve("other.json");
    Files.writeString(
        other,
        Files.readString(folder.resolve("dev/genesis.json"))
            .replace("\"timestamp\": \"0x0\"", "\"timestamp\": \"0x7\""));
    try (LightNode stranger = light(folder.resolve("stranger"), other);
        RpcClient rpc = new RpcClient(stranger.endpoints().http().orElseThrow())) {
      JsonNode status = awaitStatus(rpc, "refused");
      assertThat(status.path("message").asText()).contains("genesis");
      assertThat(status.at("/knownServers/0/lastRefusal").asText()).contains("genesis");
    }
  }

  @Test
  void knowsWhatServersAreWorth() {
    assertThat(http.result("vflux_requestStats").path(0).path("Name").isTextual()).isTrue();
    JsonNode distribution =
        http.call("vflux_distribution", JSON.createArrayNode().add("").add(false)).path("result");
    assertThat(distribution).hasSize(32);
    JsonNode timeout =
        http.call("lespay_timeout", JSON.createArrayNode().add("").add(0.05)).path("result");
    assertThat(timeout.isNumber()).isTrue();
    assertThat(
            http.call(
                    "vflux_value", JSON.createArrayNode().add(server.endpoints().enode()).add(1.0))
                .path("result")
                .isNumber())
        .isTrue();
    assertThat(
            http.call("vflux_value", JSON.createArrayNode().add("nonsense").add(1.0))
                .at("/error/code")
                .asInt())
        .isEqualTo(-32602);
  }

  @Test
  void tellsOfHeadsAndOwnTransactionsOverWebSocketAndIpc() throws Exception {
    try (StreamRpcClient ws = StreamRpcClient.ws(light.endpoints().webSocket().orElseThrow());
        StreamRpcClient ipc = StreamRpcClient.ipc(light.endpoints().ipc().orElseThrow())) {
      for (StreamRpcClient stream : List.of(ws, ipc)) {
        String heads = stream.ask("eth_subscribe", "newHeads").path("result").asText();
        String pending =
            stream.ask("eth_subscribe", "newPendingTransactions").path("result").asText();
        String sent = sendOne();

        JsonNode first = stream.read().path("params");
        JsonNode second = stream.read().path("params");

        assertThat(first.path("subscription").asText()).isEqualTo(pending);
        assertThat(first.path("result").asText()).isEqualTo(sent);
        assertThat(second.path("subscription").asText()).isEqualTo(heads);
        assertThat(second.at("/result/number").asText())
            .isEqualTo(http.result("eth_getTransactionReceipt", sent).path("blockNumber").asText());
        stream.send(
            "{\"jsonrpc\":\"2.0\",\"id\":9,\"method\":\"eth_unsubscribe\",\"params\":[\""
                + heads
                + "\"]}");
        assertThat(stream.read().path("result").asBoolean()).isTrue();
      }
    }
  }

  @Test
  void pollsFiltersOverHttp() {
    String blocks = http.result("eth_newBlockFilter").asText();
    String pending = http.result("eth_newPendingTransactionFilter").asText();
    String sent = sendOne();

    assertThat(http.result("eth_getFilterChanges", pending).toString())
        .isEqualTo("[\"" + sent + "\"]");
    JsonNode changes = http.result("eth_getFilterChanges", blocks);
    for (int i = 0; i < ATTEMPTS && changes.isEmpty(); i++) {
      changes = http.result("eth_getFilterChanges", blocks);
    }
    assertThat(changes.path(0).asText())
        .isEqualTo(http.result("eth_getTransactionReceipt", sent).path("blockHash").asText());
    assertThat(http.result("eth_uninstallFilter", blocks).asBoolean()).isTrue();
    assertThat(
            http.call("eth_getFilterChanges", JSON.createArrayNode().add(blocks))
                .at("/error/message")
                .asText())
        .isEqualTo("filter not found");
    assertThat(
            http.call("eth_subscribe", JSON.createArrayNode().add("newHeads"))
                .at("/error/message")
                .asText())
        .isEqualTo("notifications not supported");
  }

  @Test
  void strangersAreTurnedAwayByDefault() throws Exception {
    String url = light.endpoints().http().orElseThrow();
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpRequest.Builder call =
          HttpRequest.newBuilder(URI.create(url))
              .header("content-type", "application/json")
              .header("origin", "http://evil.example")
              .POST(
                  HttpRequest.BodyPublishers.ofString(
                      "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"eth_chainId\"}"));
      HttpResponse<String> answer = client.send(call.build(), HttpResponse.BodyHandlers.ofString());
      assertThat(answer.headers().firstValue("access-control-allow-origin")).isEmpty();
    }
    String ws = light.endpoints().webSocket().orElseThrow();
    assertThatThrownBy(() -> StreamRpcClient.ws(ws, "Origin", "http://evil.example"))
        .isInstanceOf(CompletionException.class);
    for (String operators : List.of("debug_traceTransaction", "les_setClientParams")) {
      assertThat(
              http.call(operators, JSON.createArrayNode().add(Bytes32.ZERO.toHexString()))
                  .at("/error/message")
                  .asText())
          .contains("is served only over IPC or the authenticated port");
    }
  }

  @Test
  void aBatchIsBounded() throws Exception {
    StringBuilder batch = new StringBuilder("[");
    for (int i = 0; i <= 1000; i++) {
      batch.append(i == 0 ? "" : ",").append("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"x_y\"}");
    }
    try (StreamRpcClient ws = StreamRpcClient.ws(light.endpoints().webSocket().orElseThrow())) {
      ws.send(batch.append("]").toString());
      assertThat(ws.read().at("/error/message").asText()).isEqualTo("batch too large");
    }
  }

  @Test
  void answersAsGethsLightClientWhereThatIsNotAFullNode() {
    assertThat(http.result("eth_mining").asBoolean(true)).isFalse();
    assertThat(http.result("eth_hashrate").asText()).isEqualTo("0x0");
    assertThat(http.call("eth_coinbase", JSON.createArrayNode()).at("/error/message").asText())
        .isEqualTo("mining is not supported in light mode");
    assertThat(
            http.call("eth_getBlockByNumber", JSON.createArrayNode().add("finalized").add(false))
                .at("/error/message")
                .asText())
        .isEqualTo("finalized block not found");
    assertThat(http.result("eth_getBlockReceipts", "latest").isArray()).isTrue();
  }
}
