package io.lesnode.app.node;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.lesnode.devp2p.testing.GethProcess;
import io.lesnode.primitives.Address;
import io.lesnode.primitives.Transaction;
import io.lesnode.primitives.TransactionType;
import io.lesnode.primitives.config.Fork;
import io.lesnode.primitives.config.Genesis;
import io.lesnode.primitives.crypto.KeyPair;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A light client of geth has nothing but our server: it synchronises, gives the answers of a full
 * node, and its transaction reaches our pool. Skipped without a geth executable.
 */
class GethLightClientTest {
  private static final Duration SYNC_LIMIT = Duration.ofMinutes(3);
  private static final int SHOWN_DIFFERENCES = 10;

  /** What every version answers in the words of 1.10.26. */
  private static final Set<String> STATE_METHODS =
      Set.of("eth_getBalance", "eth_getTransactionCount", "eth_getCode", "eth_getStorageAt");

  /** geth's light client answers these as its full node; eth_getProof it does not have. */
  static final Set<String> ALL_METHODS =
      Set.of(
          "eth_getBalance",
          "eth_getTransactionCount",
          "eth_getCode",
          "eth_getStorageAt",
          "eth_call",
          "eth_getTransactionReceipt",
          "eth_getTransactionByHash",
          "eth_getBlockByNumber",
          "eth_getLogs",
          "eth_estimateGas");

  static List<VectorChain> chains() {
    return VectorChain.all();
  }

  @ParameterizedTest
  @MethodSource("chains")
  void syncsFromUsAndAnswersAsAFullNode(VectorChain vector, @TempDir Path directory)
      throws Exception {
    String version = GethProcess.version(GethProcess.executable());
    if (!runs(version, vector)) {
      System.out.println("geth " + version + " light client: no rules for " + vector);
      return;
    }
    vector.importInto(directory.resolve("server"));
    try (FullNode server = FullNode.start(vector.server(directory.resolve("server")));
        GethProcess geth = lightClient(vector, directory.resolve("geth"), server)) {
      JsonNode expected = vector.expected();
      long head = expected.at("/head/number").asLong();
      geth.await("the head of our server", SYNC_LIMIT, () -> geth.blockNumber() >= head);

      List<String> differences = new ArrayList<>();
      int calls = 0;
      for (JsonNode recorded : expected.path("rpc")) {
        if (methods(version).contains(recorded.path("method").asText())
            && !asksMoreThanALightClientKnows(recorded)) {
          calls++;
          compare(geth, recorded).ifPresent(differences::add);
        }
      }
      System.out.println(
          "geth %s light client, %s: %d calls, %d differ"
              .formatted(version, vector, calls, differences.size()));
      assertThat(differences.stream().limit(SHOWN_DIFFERENCES)).isEmpty();
      sendTransaction(vector, geth, server);
    }
  }

  private static void sendTransaction(VectorChain vector, GethProcess geth, FullNode server)
      throws Exception {
    Genesis genesis = Genesis.read(vector.folder().resolve("genesis.json"));
    Path accounts = vector.folder().resolve("accounts.json");
    if (!Files.exists(accounts) || genesis.config().forkBlock(Fork.BERLIN).isEmpty()) {
      return;
    }
    JsonNode keys = new ObjectMapper().readTree(accounts.toFile()).path("keys");
    KeyPair key = KeyPair.ofSecret(Bytes32.fromHexString(keys.elements().next().asText()));
    String sender = key.address().toHexString();
    long nonce = Long.decode(geth.rpc("eth_getTransactionCount", sender, "latest").asText());
    Transaction transaction =
        Transaction.builder(TransactionType.ACCESS_LIST)
            .chainId(genesis.config().chainId())
            .nonce(nonce)
            .gasPrice(UInt256.valueOf(100_000_000_000L))
            .gasLimit(21_000)
            .to(Address.fromHex("0x00000000000000000000000000000000000000aa"))
            .value(UInt256.ONE)
            .sign(key);

    JsonNode hash = geth.rpc("eth_sendRawTransaction", transaction.encoded().toHexString());

    assertThat(hash.asText()).isEqualTo(transaction.hash().toHexString());
    try (RpcClient full = new RpcClient(server.endpoints().http().orElseThrow())) {
      geth.await(
          "the transaction in our pool",
          Duration.ofSeconds(20),
          () ->
              full.result("eth_getTransactionByHash", hash.asText())
                  .path("hash")
                  .asText()
                  .equals(hash.asText()));
    }
  }

  /** geth's light client has an error of its own for a block above its head. */
  static boolean asksMoreThanALightClientKnows(JsonNode recorded) {
    return recorded.path("method").asText().equals("eth_getBlockByNumber")
        && recorded.path("result").isNull();
  }

  static Optional<String> compare(GethProcess geth, JsonNode recorded) {
    List<Object> params = new ArrayList<>();
    recorded.path("params").forEach(params::add);
    JsonNode answer = geth.call(recorded.path("method").asText(), params.toArray());
    String field = recorded.has("error") ? "error" : "result";
    if (recorded.path(field).equals(answer.path(field))) {
      return Optional.empty();
    }
    return Optional.of(
        recorded.path("method").asText()
            + " "
            + recorded.path("params")
            + "\n   full node: "
            + recorded.path(field)
            + "\n   light: "
            + answer);
  }

  private static GethProcess lightClient(VectorChain vector, Path datadir, FullNode server)
      throws Exception {
    GethProcess.Builder builder =
        GethProcess.lightClient(datadir)
            .chain(vector.folder())
            .options("--rpc.gascap", "50000000")
            .staticNode(server.endpoints().enode());
    return (vector.needsFakePow() ? builder.fakePow() : builder).start();
  }

  private static Set<String> methods(String version) {
    return version.startsWith("1.9.") ? STATE_METHODS : ALL_METHODS;
  }

  /**
   * Whether that version has the rules of a chain: London came with 1.10, ethash went with 1.12.
   */
  private static boolean runs(String version, VectorChain vector) {
    Genesis genesis = Genesis.read(vector.folder().resolve("genesis.json"));
    Map<Fork, Long> forks = genesis.config().forkBlocks();
    if (version.startsWith("1.9.")) {
      return !forks.containsKey(Fork.BERLIN);
    }
    return !version.startsWith("1.12.")
        || vector.folder().getFileName().toString().contains("clique");
  }
}
