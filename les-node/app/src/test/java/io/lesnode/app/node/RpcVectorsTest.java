package io.lesnode.app.node;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.lesnode.devp2p.Enode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every answer that geth gave about the vector chains, asked over HTTP, WebSocket and IPC of our
 * full node and of a light client that has nothing but a TCP connection to it. geth's light client
 * cannot answer eth_getProof; ours can, and its answers are those of geth's full node.
 */
class RpcVectorsTest {
  private static final int SHOWN_DIFFERENCES = 10;
  private static final Duration SYNC_LIMIT = Duration.ofSeconds(60);

  static List<VectorChain> chains() {
    return VectorChain.all();
  }

  @ParameterizedTest
  @MethodSource("chains")
  void answersAsGeth(VectorChain vector, @TempDir Path datadir) throws Exception {
    vector.importInto(datadir.resolve("server"));
    try (FullNode server = FullNode.start(vector.server(datadir.resolve("server")));
        RpcClient full = new RpcClient(server.endpoints().http().orElseThrow());
        LightNode light = start(vector, datadir.resolve("light"), server);
        RpcClient rpc = new RpcClient(light.endpoints().http().orElseThrow())) {
      JsonNode expected = vector.expected();
      compare("server " + vector, full::call, expected.path("rpc"));
      compareStreams("server", vector, server.endpoints());
      awaitHead(light, expected.at("/head/number").asLong());
      assertThat(light.client().head().hash().toHexString())
          .isEqualTo(expected.at("/head/hash").asText());
      compare("light " + vector, rpc::call, expected.path("rpc"));
      assertThat(Web3jAnswers.differences(light.client(), expected).stream().limit(10))
          .as("light through web3j %s", vector)
          .isEmpty();
      System.out.println(
          "light through web3j "
              + vector
              + ": "
              + expected.path("rpc").size()
              + " calls, 0 differ");
      compareStreams("light", vector, light.endpoints());
    }
  }

  private static void compareStreams(String who, VectorChain vector, Endpoints endpoints)
      throws Exception {
    JsonNode cases = vector.expected().path("rpc");
    try (StreamRpcClient ipc = StreamRpcClient.ipc(endpoints.ipc().orElseThrow());
        StreamRpcClient ws = StreamRpcClient.ws(endpoints.webSocket().orElseThrow())) {
      compare(who + " over IPC " + vector, ipc::call, cases);
      compare(who + " over WebSocket " + vector, ws::call, cases);
    }
  }

  private static LightNode start(VectorChain vector, Path datadir, FullNode server) {
    return LightNode.start(
        new LightNode.Settings(
            vector.chain(datadir),
            VectorChain.peers(false),
            VectorChain.http(),
            VectorChain.endpoints(),
            List.of(Enode.parse(server.endpoints().enode()))));
  }

  private static void awaitHead(LightNode light, long number) throws InterruptedException {
    CountDownLatch synced = new CountDownLatch(1);
    light
        .client()
        .onHead(
            change -> {
              if (change.head().number() >= number) {
                synced.countDown();
              }
            });
    if (light.client().head().number() >= number) {
      return;
    }
    assertThat(synced.await(SYNC_LIMIT.toSeconds(), TimeUnit.SECONDS))
        .as("synced within %s, status: %s", SYNC_LIMIT, light.client().status().message())
        .isTrue();
  }

  /** Asks one question and gives the whole answer. */
  @FunctionalInterface
  private interface Asking {
    JsonNode call(String method, JsonNode params);
  }

  private static void compare(String who, Asking rpc, JsonNode cases) {
    List<String> differences = differences(rpc, cases);
    System.out.println(who + ": " + cases.size() + " calls, " + differences.size() + " differ");
    assertThat(differences.stream().limit(SHOWN_DIFFERENCES)).isEmpty();
  }

  /** Asks everything. */
  private static List<String> differences(Asking rpc, JsonNode cases) {
    List<String> differences = new ArrayList<>();
    for (JsonNode expected : cases) {
      String method = expected.path("method").asText();
      JsonNode answer = rpc.call(method, expected.path("params"));
      String field = expected.has("error") ? "error" : "result";
      if (!expected.path(field).equals(answer.path(field))) {
        differences.add(
            method
                + " "
                + expected.path("params")
                + "\n   geth: "
                + expected.path(field)
                + "\n   here: "
                + (answer.has(field) ? answer.path(field) : answer));
      }
    }
    return differences;
  }
}
