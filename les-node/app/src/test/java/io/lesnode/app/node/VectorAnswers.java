package io.lesnode.app.node;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.lesnode.les.client.LightClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Compares what a node answers with what geth's full node answered about a vector chain. */
final class VectorAnswers {
  private static final int SHOWN_DIFFERENCES = 10;
  private static final Duration SYNC_LIMIT = Duration.ofMinutes(2);

  private VectorAnswers() {}

  /** Asks everything over HTTP, IPC and WebSocket. */
  static void compareAll(String who, VectorChain vector, Endpoints endpoints) throws Exception {
    JsonNode cases = vector.expected().path("rpc");
    try (RpcClient http = new RpcClient(endpoints.http().orElseThrow());
        StreamRpcClient ipc = StreamRpcClient.ipc(endpoints.ipc().orElseThrow());
        StreamRpcClient ws = StreamRpcClient.ws(endpoints.webSocket().orElseThrow())) {
      compare(who + " over HTTP " + vector, http::call, cases);
      compare(who + " over IPC " + vector, ipc::call, cases);
      compare(who + " over WebSocket " + vector, ws::call, cases);
    }
  }

  /** Asks a light client in this process everything through web3j, with no RPC server between. */
  static void compareWeb3j(String who, VectorChain vector, LightClient client) throws Exception {
    JsonNode expected = vector.expected();
    List<String> differences = Web3jAnswers.differences(client, expected);
    System.out.println(
        who
            + " through web3j "
            + vector
            + ": "
            + expected.path("rpc").size()
            + " calls, "
            + differences.size()
            + " differ");
    assertThat(differences.stream().limit(SHOWN_DIFFERENCES)).isEmpty();
  }

  /** Waits until a light node has the head of the chain. */
  static void awaitHead(LightNode light, VectorChain vector) throws InterruptedException {
    JsonNode head = vector.expected().path("head");
    awaitHead(light, head.path("number").asLong());
    assertThat(light.client().head().hash().toHexString()).isEqualTo(head.path("hash").asText());
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
