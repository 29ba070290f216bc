package io.lesnode.app.node;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lesnode.devp2p.testing.GethProcess;
import io.lesnode.primitives.config.ConsensusConfig;
import io.lesnode.primitives.config.Fork;
import io.lesnode.primitives.config.Genesis;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A light node that has nothing but geth's LES server gives every answer of geth's full node over
 * HTTP, WebSocket and IPC, and geth's console attaches to it. The executable comes from {@code
 * -Dgeth} or {@code GETH}; skipped without.
 */
class GethServerRpcTest {
  private static final long CONSOLE_LIMIT_SECONDS = 30;

  private static final int MAX_TRACES = 40;
  private static final int MORE_BLOCKS = 12;
  private static final int SHOWN_DIFFERENCES = 10;

  /** One property of each module that the console has of a light node. */
  private static final String CONSOLE_SCRIPT =
      """
      JSON.stringify([eth.blockNumber, eth.syncing, net.peerCount, txpool.status.pending,\
       admin.peers.length, admin.nodeInfo.name, les.syncStatus ? 1 : 0, eth.mining,\
       eth.getBlock(eth.blockNumber).number, web3.version.network])""";

  static List<VectorChain> chains() {
    return VectorChain.all();
  }

  @ParameterizedTest
  @MethodSource("chains")
  void answersAsAFullNode(VectorChain vector, @TempDir Path directory) throws Exception {
    String version = GethProcess.version(GethProcess.executable());
    if (!serves(version, Genesis.read(vector.folder().resolve("genesis.json")))) {
      System.out.println("geth " + version + " server: no rules for " + vector);
      return;
    }
    GethProcess.Builder builder =
        GethProcess.server(directory.resolve("geth"))
            .genesis(vector.folder().resolve("genesis.json"));
    vector.chainFiles().forEach(builder::importing);
    try (GethProcess geth = builder.start();
        LightNode light =
            LightNode.start(
                new LightNode.Settings(
                    vector.chain(directory.resolve("light")),
                    VectorChain.peers(false),
                    VectorChain.http(),
                    VectorChain.endpoints(),
                    List.of(geth.enode())))) {
      VectorAnswers.awaitHead(light, vector);
      VectorAnswers.compareAll("light on geth " + version, vector, light.endpoints());
      VectorAnswers.compareWeb3j("light on geth " + version, vector, light.client());
      compareTraces(version, vector, geth, light);
      long head = vector.expected().at("/head/number").asLong();
      if (version.startsWith("1.10.")) { // the words of others differ
        compareMore(version, vector, geth, light, head);
      }
      attach(light.endpoints().ipc().orElseThrow().toString(), head);
      attach(light.endpoints().webSocket().orElseThrow(), head);
    }
  }

  /** Traces of transactions that the vectors ask for, against geth's own. */
  private static void compareTraces(
      String version, VectorChain vector, GethProcess geth, LightNode light) throws Exception {
    Set<String> hashes = new LinkedHashSet<>();
    for (JsonNode recorded : vector.expected().path("rpc")) {
      if (recorded.path("method").asText().equals("eth_getTransactionByHash")
          && recorded.path("result").isObject()) {
        hashes.add(recorded.at("/params/0").asText());
      }
    }
    int steps = 0;
    List<String> traced = hashes.stream().limit(MAX_TRACES).toList();
    try (StreamRpcClient ipc = StreamRpcClient.ipc(light.endpoints().ipc().orElseThrow())) {
      for (String hash : traced) {
        for (Map<String, Boolean> config :
            List.<Map<String, Boolean>>of(Map.of(), Map.of("enableMemory", true))) {
          JsonNode expected = geth.rpc("debug_traceTransaction", hash, config);
          JsonNode actual = ipc.ask("debug_traceTransaction", hash, config);
          compareTrace(hash, expected, actual.path("result"));
          steps += expected.path("structLogs").size();
        }
      }
    }
    System.out.printf(
        "light on geth %s: %d traces with %d steps of %s, 0 differ%n",
        version, 2 * traced.size(), steps, vector);
  }

  /** Methods that the vectors do not ask for, against what this geth says now. */
  private static void compareMore(
      String version, VectorChain vector, GethProcess geth, LightNode light, long head)
      throws Exception {
    List<String> differences = new ArrayList<>();
    int calls = 0;
    try (StreamRpcClient ipc = StreamRpcClient.ipc(light.endpoints().ipc().orElseThrow())) {
      for (long number = Math.max(0, head - MORE_BLOCKS); number <= head + 1; number++) {
        String block = "0x" + Long.toHexString(number);
        for (List<Object> call :
            List.<List<Object>>of(
                List.of("eth_getHeaderByNumber", block),
                List.of("eth_getBlockTransactionCountByNumber", block),
                List.of("eth_getUncleCountByBlockNumber", block),
                List.of("eth_getUncleByBlockNumberAndIndex", block, "0x0"),
                List.of("eth_getTransactionByBlockNumberAndIndex", block, "0x0"),
                List.of("eth_getRawTransactionByBlockNumberAndIndex", block, "0x0"),
                List.of("eth_feeHistory", "0x4", block, List.of(0, 25.5, 100)),
                List.of("eth_getLogs", Map.of("fromBlock", block)),
                List.of("debug_getRawReceipts", block))) {
          Object[] params = call.subList(1, call.size()).toArray();
          String method = String.valueOf(call.getFirst());
          JsonNode expected = geth.call(method, params);
          JsonNode actual = ipc.ask(method, params);
          calls++;
          boolean crashed = expected.at("/error/message").asText().equals("method handler crashed");
          if (!crashed && !withoutId(expected).equals(withoutId(actual))) {
            differences.add(call + "\n   geth: " + expected + "\n   here: " + actual);
          }
        }
      }
    }
    System.out.printf(
        "light on geth %s: %d more calls of %s, %d differ%n",
        version, calls, vector, differences.size());
    assertThat(differences.stream().limit(SHOWN_DIFFERENCES)).isEmpty();
  }

  private static JsonNode withoutId(JsonNode answer) {
    return ((ObjectNode) answer.deepCopy()).without("id");
  }

  private static void compareTrace(String hash, JsonNode expected, JsonNode actual) {
    JsonNode steps = expected.path("structLogs");
    for (int i = 0; i < steps.size(); i++) {
      JsonNode step = actual.path("structLogs").path(i);
      boolean endsFrame =
          steps.path(i + 1).path("depth").asInt(0) < steps.get(i).path("depth").asInt();
      if (endsFrame && step instanceof ObjectNode last) {
        // of an opcode that failed only the fixed part of its cost is known
        ((ObjectNode) steps.get(i)).remove("gasCost");
        last.remove("gasCost");
      }
      assertThat(step).as("step %d of %s", i, hash).isEqualTo(steps.get(i));
    }
    assertThat(actual).as(hash).isEqualTo(expected);
  }

  private static void attach(String where, long head) throws Exception {
    Process console =
        new ProcessBuilder(
                GethProcess.executable().toString(), "attach", "--exec", CONSOLE_SCRIPT, where)
            .redirectErrorStream(true)
            .start();
    assertThat(console.waitFor(CONSOLE_LIMIT_SECONDS, TimeUnit.SECONDS)).isTrue();
    String output =
        new String(console.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    assertThat(output).contains("[" + head + ",false,1,0,1,").contains("," + head + ",");
  }

  /** 1.9 ends with Istanbul, 1.12 knows no proof of work without a terminal difficulty. */
  private static boolean serves(String version, Genesis genesis) {
    boolean afterIstanbul = genesis.config().forkBlock(Fork.BERLIN).isPresent();
    boolean clique = genesis.config().consensus() instanceof ConsensusConfig.Clique;
    return version.startsWith("1.9.") ? !afterIstanbul : clique || !version.startsWith("1.12.");
  }
}
