package io.lesnode.app.node;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.lesnode.app.config.LightServeSettings;
import io.lesnode.les.client.LightClient;
import io.lesnode.primitives.Transaction;
import io.lesnode.primitives.TransactionType;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A light client that is killed while it takes transactions loses none that it acknowledged. */
class KilledLightClientTest {
  private static final long LIMIT_SECONDS = 120;
  private static final int KILL_AFTER = 40;

  /** Seconds between the blocks: none in the time of the test. */
  private static final long NO_BLOCKS = 3600;

  @TempDir Path folder;

  private Process light(Path genesis, String enode) throws Exception {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            System.getProperty("java.class.path"),
            "io.lesnode.app.Les",
            "light",
            "--datadir",
            folder.resolve("light").toString(),
            "--genesis",
            genesis.toString(),
            "--server",
            enode,
            "--http.port",
            "0",
            "--stop-with-stdin")
        .redirectErrorStream(true)
        .redirectOutput(folder.resolve("light.log").toFile())
        .start();
  }

  private Endpoints endpoints(Process light) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_SECONDS);
    Optional<Endpoints> found = Optional.empty();
    while (found.isEmpty() && light.isAlive() && System.nanoTime() < deadline) {
      found = Endpoints.read(folder.resolve("light"));
      Thread.onSpinWait();
    }
    return found.orElseThrow();
  }

  private static Transaction payment(UInt256 chainId, long nonce) {
    return Transaction.builder(TransactionType.LEGACY)
        .chainId(chainId)
        .nonce(nonce)
        .gasPrice(UInt256.valueOf(20_000_000_000L))
        .gasLimit(21_000)
        .to(DevNode.FAUCET.address())
        .value(UInt256.ONE)
        .sign(DevNode.FAUCET);
  }

  @Test
  void acknowledgedTransactionsSurvive() throws Exception {
    Path datadir = folder.resolve("dev");
    try (FullNode server =
        DevNode.start(
            datadir,
            NO_BLOCKS,
            VectorChain.peers(true),
            new LightServeSettings(100, 50),
            VectorChain.http(),
            VectorChain.endpoints())) {
      Path genesis = datadir.resolve("genesis.json");
      UInt256 chainId = server.chain().config().chainId();
      Process light = light(genesis, server.endpoints().enode());
      ConcurrentLinkedQueue<Bytes32> acknowledged = new ConcurrentLinkedQueue<>();
      CountDownLatch enough = new CountDownLatch(KILL_AFTER);
      try (RpcClient rpc = new RpcClient(endpoints(light).http().orElseThrow())) {
        Thread sender = Thread.ofVirtual().start(() -> send(rpc, chainId, acknowledged, enough));
        boolean sent = enough.await(LIMIT_SECONDS, TimeUnit.SECONDS);
        light.destroyForcibly().waitFor();
        sender.join();
        assertThat(sent).as(Files.readString(folder.resolve("light.log"))).isTrue();
      }

      try (LightClient again =
          LightClient.builder()
              .genesis(genesis)
              .directory(folder.resolve("light").resolve("lightchaindata"))
              .memoryDirectory(folder.resolve("light").resolve("les.client"))
              .start()) {
        List<Bytes32> kept = again.pendingTransactions().stream().map(Transaction::hash).toList();
        System.out.println(
            "killed after " + acknowledged.size() + " transactions, " + kept.size() + " kept");
        assertThat(kept).containsAll(acknowledged);
      }
    }
  }

  /** Sends until the connection breaks. */
  private static void send(
      RpcClient rpc,
      UInt256 chainId,
      ConcurrentLinkedQueue<Bytes32> acknowledged,
      CountDownLatch enough) {
    try {
      for (long nonce = 0; ; ) {
        Transaction next = payment(chainId, nonce);
        JsonNode answer =
            rpc.call(
                "eth_sendRawTransaction",
                new ObjectMapper().createArrayNode().add(next.encoded().toHexString()));
        if (answer.has("result")) {
          acknowledged.add(next.hash());
          enough.countDown();
          nonce++;
        } else if (!answer.at("/error/message").asText().contains("no LES server")) {
          throw new AssertionError(answer.toString());
        }
      }
    } catch (UncheckedIOException killed) {
      // that is the end
    }
  }
}
