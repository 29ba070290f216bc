package io.lesnode.app.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.lesnode.app.config.EndpointSettings;
import io.lesnode.app.config.LightServeSettings;
import io.lesnode.app.rpc.JwtSecret;
import io.lesnode.devp2p.testing.GethProcess;
import io.lesnode.primitives.Address;
import io.lesnode.primitives.Transaction;
import io.lesnode.primitives.TransactionType;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.units.bigints.UInt256;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A running node with all ways in: who may use which methods, and the files that decide it. The
 * geth console attaches when there is a geth.
 */
class OperatorEndpointsTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String CLIENT = "ab".repeat(32);
  private static final List<String> OPERATORS =
      List.of(
          "les_clientInfo",
          "les_priorityClientInfo",
          "les_setClientParams",
          "les_setDefaultParams",
          "les_addBalance",
          "les_setConnectedBias",
          "les_events",
          "debug_freezeClient");

  @TempDir private Path folder;
  private Path datadir;
  private FullNode node;

  @BeforeEach
  void start() {
    datadir = folder.resolve("d");
    node = start(VectorChain.endpoints());
  }

  private FullNode start(EndpointSettings endpoints) {
    return start(datadir, endpoints);
  }

  private static FullNode start(Path datadir, EndpointSettings endpoints) {
    return DevNode.start(
        datadir,
        0,
        VectorChain.peers(true),
        new LightServeSettings(100, 10),
        VectorChain.http(),
        endpoints);
  }

  @AfterEach
  void stop() {
    node.close();
  }

  private static String message(JsonNode answer) {
    return answer.at("/error/message").asText();
  }

  @Test
  void plainHttpAndWebSocketDoNotServeTheOperator() {
    try (RpcClient http = new RpcClient(node.endpoints().http().orElseThrow());
        StreamRpcClient ws = StreamRpcClient.ws(node.endpoints().webSocket().orElseThrow())) {
      for (String method : OPERATORS) {
        String refusal =
            "the method " + method + " is served only over IPC or the authenticated port";
        JsonNode answer = http.call(method, JSON.createArrayNode());
        assertThat(message(answer)).isEqualTo(refusal);
        assertThat(answer.at("/error/code").asInt()).isEqualTo(-32601);
        assertThat(message(ws.ask(method))).isEqualTo(refusal);
      }
      assertThat(http.result("les_serverInfo").path("minimumCapacity").asLong()).isPositive();
      assertThat(ws.ask("les_serverInfo").at("/result/minimumCapacity").asLong()).isPositive();
      assertThat(ws.ask("les_subscribe", "totalCapacity").path("result").asText()).startsWith("0x");
      assertThat(http.result("rpc_modules").has("debug")).isFalse();
    }
  }

  @Test
  void ipcAndTheAuthenticatedPortServeTheOperator() throws Exception {
    Path socket = node.endpoints().ipc().orElseThrow();
    assertThat(socket).isEqualTo(datadir.resolve("geth.ipc"));
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(socket)))
        .isEqualTo("rw-------");
    try (StreamRpcClient ipc = StreamRpcClient.ipc(socket)) {
      assertThat(ipc.ask("les_addBalance", CLIENT, 2_000_000).path("result").toString())
          .isEqualTo("[0,2000000]");
      assertThat(message(ipc.ask("debug_freezeClient", CLIENT)))
          .isEqualTo("client " + CLIENT + " is not connected");
    }
    Path file = datadir.resolve("jwtsecret");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    JwtSecret secret = JwtSecret.loadOrCreate(file);
    String authorization = "Bearer " + secret.token(Instant.now());
    String url = node.endpoints().authenticated().orElseThrow();
    try (StreamRpcClient ws =
        StreamRpcClient.ws(url.replace("http", "ws"), "Authorization", authorization)) {
      JsonNode known = ws.ask("les_clientInfo", List.of(CLIENT)).path("result").path(CLIENT);
      assertThat(known.path("pricing/balance").asLong()).isEqualTo(2_000_000);
      assertThat(known.path("isConnected").asBoolean()).isFalse();
    }
    String body = "{\"id\":1,\"method\":\"les_events\"}";
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpRequest.Builder request =
          HttpRequest.newBuilder(URI.create(url))
              .header("content-type", "application/json")
              .POST(HttpRequest.BodyPublishers.ofString(body));
      HttpResponse.BodyHandler<String> text = HttpResponse.BodyHandlers.ofString();
      assertThat(client.send(request.build(), text).statusCode()).isEqualTo(403);
      HttpRequest good = request.header("authorization", authorization).build();
      assertThat(JSON.readTree(client.send(good, text).body()).path("result").isArray()).isTrue();
    }
  }

  @Test
  void theSocketGoesWithTheNodeAndAStaleOneIsReplaced() throws Exception {
    Path socket = node.endpoints().ipc().orElseThrow();
    EndpointSettings taken =
        with(VectorChain.endpoints(), new EndpointSettings.Ipc(true, socket, true));
    assertThatThrownBy(() -> start(folder.resolve("other"), taken).close())
        .isInstanceOf(NodeFailure.class)
        .hasMessageContaining("another program listens there");
    node.close();
    assertThat(socket).doesNotExist();
    Files.writeString(socket, "not a socket");
    assertThatThrownBy(() -> start(VectorChain.endpoints()))
        .isInstanceOf(NodeFailure.class)
        .hasMessageContaining("there is a file of that name that is no socket");
    assertThat(socket).as("other people's files stay").hasContent("not a socket");
    Files.delete(socket);
    leaveStaleSocket(socket);
    node = start(VectorChain.endpoints());
    try (StreamRpcClient ipc = StreamRpcClient.ipc(socket)) {
      assertThat(ipc.ask("net_version").path("result").asText()).isEqualTo("1337");
    }
  }

  /** What a killed process leaves: a socket file that nobody listens on. */
  private static void leaveStaleSocket(Path socket) throws IOException {
    try (ServerSocketChannel channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      channel.bind(UnixDomainSocketAddress.of(socket));
    }
    assertThat(socket).exists();
  }

  @Test
  void aPathThatIsTooLongIsRefusedOnlyWhenChosen() {
    node.close();
    EndpointSettings all = VectorChain.endpoints();
    Path tooLong = Path.of("x".repeat(120));
    assertThatThrownBy(() -> start(with(all, new EndpointSettings.Ipc(true, tooLong, true))))
        .isInstanceOfSatisfying(
            NodeFailure.class,
            failure ->
                assertThat(failure.line())
                    .contains("its path has more than 103 bytes")
                    .contains("--ipcpath"));
    node = start(with(all, new EndpointSettings.Ipc(true, tooLong, false)));
    assertThat(node.endpoints().ipc()).isEmpty();
  }

  private static EndpointSettings with(EndpointSettings all, EndpointSettings.Ipc ipc) {
    return new EndpointSettings(all.webSocket(), ipc, all.authenticated(), all.metrics());
  }

  @Test
  void aSecretThatIsNoneIsToldInOneLine() throws IOException {
    node.close();
    Path bad = folder.resolve("bad");
    Files.writeString(bad, "secret");
    EndpointSettings all = VectorChain.endpoints();
    EndpointSettings.Authenticated authenticated =
        new EndpointSettings.Authenticated(
            true, "127.0.0.1", 0, List.of("localhost"), Optional.of(bad));
    EndpointSettings settings =
        new EndpointSettings(all.webSocket(), all.ipc(), authenticated, all.metrics());
    assertThatThrownBy(() -> start(settings))
        .isInstanceOfSatisfying(
            NodeFailure.class,
            failure ->
                assertThat(failure.line()).contains("64 hexadecimal digits").hasLineCount(1));
  }

  @Test
  void newHeadsAreTold() throws Exception {
    try (StreamRpcClient ws = StreamRpcClient.ws(node.endpoints().webSocket().orElseThrow());
        RpcClient http = new RpcClient(node.endpoints().http().orElseThrow())) {
      String id = ws.ask("eth_subscribe", "newHeads").path("result").asText();
      Transaction transfer =
          Transaction.builder(TransactionType.DYNAMIC_FEE)
              .chainId(UInt256.valueOf(1337))
              .nonce(0)
              .maxPriorityFeePerGas(UInt256.valueOf(1_000_000_000L))
              .maxFeePerGas(UInt256.valueOf(100_000_000_000L))
              .gasLimit(21_000)
              .to(Address.ZERO)
              .value(UInt256.ONE)
              .data(Bytes.EMPTY)
              .accessList(List.of())
              .sign(DevNode.FAUCET);
      http.result("eth_sendRawTransaction", transfer.encoded().toHexString());
      JsonNode told = ws.read();
      assertThat(told.path("method").asText()).isEqualTo("eth_subscription");
      assertThat(told.at("/params/subscription").asText()).isEqualTo(id);
      JsonNode head = told.at("/params/result");
      assertThat(head.path("number").asText()).isEqualTo("0x1");
      JsonNode block = http.call("eth_getBlockByNumber", JSON.valueToTree(List.of("0x1", false)));
      assertThat(head.path("hash")).isEqualTo(block.at("/result/hash"));
      assertThat(head.has("size")).isFalse();
      assertThat(ws.ask("eth_unsubscribe", id).path("result").asBoolean()).isTrue();
    }
  }

  @Test
  void gethsConsoleAttaches() throws Exception {
    Path geth = GethProcess.executable();
    Path socket = node.endpoints().ipc().orElseThrow();
    assertThat(console(geth, socket, "net.version")).isEqualTo("\"1337\"");
    assertThat(console(geth, socket, "les.serverInfo.minimumCapacity")).isEqualTo("16000");
    assertThat(console(geth, socket, "les.addBalance('" + CLIENT + "', 5000000)[1]"))
        .isEqualTo("5000000");
    assertThat(
            console(geth, socket, "les.clientInfo(['" + CLIENT + "'])['" + CLIENT + "'].priority"))
        .isEqualTo("true");
    assertThat(
            console(
                geth,
                socket,
                "Object.keys(les.priorityClientInfo('"
                    + "0".repeat(64)
                    + "', '"
                    + "0".repeat(64)
                    + "', 10)).length"))
        .isEqualTo("1");
    assertThat(console(geth, socket, "les.setDefaultParams({'pricing/timeFactor': 1})"))
        .isEqualTo("null");
    assertThat(console(geth, socket, "les.latestCheckpoint"))
        .contains("no local checkpoint provided");
    String ws = node.endpoints().webSocket().orElseThrow();
    assertThat(console(geth, ws, "les.addBalance('" + CLIENT + "', 1)"))
        .contains("only over IPC or the authenticated port");
  }

  private String console(Path geth, Object endpoint, String script) throws Exception {
    Process process =
        new ProcessBuilder(
                geth.toString(),
                "attach",
                "--datadir",
                folder.resolve("console").toString(),
                "--exec",
                script,
                endpoint.toString())
            .redirectErrorStream(true)
            .start();
    String answer =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    return answer;
  }
}
