package io.lesnode.les.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.lesnode.chain.consensus.SealCheck;
import io.lesnode.devp2p.P2pTimings;
import io.lesnode.devp2p.testing.GethProcess;
import io.lesnode.primitives.Account;
import io.lesnode.primitives.Address;
import io.lesnode.primitives.BlockHeader;
import io.lesnode.primitives.Transaction;
import io.lesnode.primitives.TransactionType;
import io.lesnode.primitives.config.ConsensusConfig;
import io.lesnode.primitives.config.Fork;
import io.lesnode.primitives.config.Genesis;
import io.lesnode.primitives.crypto.KeyPair;
import io.lesnode.primitives.testing.Vectors;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Our light client at a live geth LES server. The executable comes from {@code -Dgeth} or {@code
 * GETH}; without it the tests say so and skip.
 */
final class GethServerTest {
  private static final Duration SYNC_LIMIT = Duration.ofMinutes(2);

  @Test
  void syncsEveryChainAndAnswersAsAnArchiveNode(@TempDir Path directory) throws Exception {
    String version = version(GethProcess.executable());
    List<Path> chains =
        Vectors.chains().stream()
            .filter(folder -> Files.exists(folder.resolve("chain.rlp")))
            .filter(folder -> runs(version, Genesis.read(folder.resolve("genesis.json"))))
            .toList();
    for (Path folder : chains) {
      ServedChain chain = ServedChain.named(String.valueOf(folder.getFileName()), "chain");
      try (GethProcess geth =
              GethProcess.server(directory.resolve("geth-" + folder.getFileName()))
                  .chain(folder)
                  .start();
          LightClient client =
              client(chain, geth, directory.resolve("light-" + folder.getFileName()))) {
        awaitHead(client, chain);
        long startNanos = System.nanoTime();
        Map<String, Integer> compared = new ExpectedAnswers(client).compare(chain.expected());
        long millis = (System.nanoTime() - startNanos) / 1_000_000;
        System.out.println(
            "GethServerTest: " + chain.name() + " " + compared + " in " + millis + " ms");
        assertThat(compared).isNotEmpty();
      }
    }
  }

  @Test
  void aTransactionReachesThePoolAndARefusalReachesTheCaller(@TempDir Path directory)
      throws Exception {
    String version = version(GethProcess.executable());
    assumeFalse(version.startsWith("1.9."), "skipped: geth 1.9 does not know the London fork");
    Path folder = Vectors.folder("chains").resolve("clique-small");
    ServedChain chain = ServedChain.named("clique-small", "chain");
    KeyPair key = firstKey(folder);
    try (GethProcess geth = GethProcess.server(directory.resolve("geth")).chain(folder).start();
        LightClient client = client(chain, geth, directory.resolve("light"))) {
      awaitHead(client, chain);
      Address sender = Address.ofPublicKey(key.publicKey());
      long nonce =
          client.account(client.head(), sender).orElseThrow().map(Account::nonce).orElse(0L);

      Transaction good = transfer(client, key, nonce, UInt256.valueOf(10_000_000_000L));
      Transaction old = transfer(client, key, 0, UInt256.valueOf(10_000_000_000L));

      assertThat(client.sendTransaction(good)).isEqualTo(new Retrieval.Retrieved<>(good.hash()));
      geth.await(
          "the transaction in the pool of geth",
          SYNC_LIMIT,
          () -> !geth.rpc("eth_getTransactionByHash", good.hash().toHexString()).isNull());
      assertThat(client.sendTransaction(old))
          .isInstanceOfSatisfying(
              Retrieval.Failed.class,
              failed -> assertThat(failed.failure().message()).contains("nonce too low"));
      assertThat(client.pendingTransactions()).containsExactly(good);
    }
  }

  private static Transaction transfer(
      LightClient client, KeyPair key, long nonce, UInt256 gasPrice) {
    return Transaction.builder(TransactionType.LEGACY)
        .chainId(client.config().chainId())
        .nonce(nonce)
        .gasPrice(gasPrice)
        .gasLimit(21_000)
        .to(Address.ZERO)
        .value(UInt256.ONE)
        .sign(key);
  }

  private static KeyPair firstKey(Path folder) throws IOException {
    JsonNode accounts =
        new ObjectMapper().readTree(Files.readAllBytes(folder.resolve("accounts.json")));
    String secret = accounts.path("keys").elements().next().asText();
    return KeyPair.ofSecret(Bytes32.fromHexString(secret));
  }

  /** 1.9 ends with Istanbul, 1.12 knows no proof of work without a terminal difficulty. */
  private static boolean runs(String version, Genesis genesis) {
    boolean afterIstanbul = genesis.config().forkBlock(Fork.BERLIN).isPresent();
    boolean clique = genesis.config().consensus() instanceof ConsensusConfig.Clique;
    return version.startsWith("1.9.") ? !afterIstanbul : clique || !version.startsWith("1.12.");
  }

  private static String version(Path executable) throws IOException {
    Process process = new ProcessBuilder(executable.toString(), "version").start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return output
        .lines()
        .filter(line -> line.startsWith("Version:"))
        .map(line -> line.substring("Version:".length()).strip())
        .findFirst()
        .orElseThrow();
  }

  private static LightClient client(ServedChain chain, GethProcess geth, Path directory)
      throws IOException {
    return LightClientBuilder.of(chain.genesis(), directory)
        .networkId(chain.networkId())
        .servers(List.of(geth.enode()))
        .sealCheck(chain.name().startsWith("ethash-real") ? SealCheck.FULL : SealCheck.SKIP)
        .timings(P2pTimings.STANDARD.withRedialMillis(1000))
        .start();
  }

  private static void awaitHead(LightClient client, ServedChain chain) throws InterruptedException {
    CountDownLatch reached = new CountDownLatch(1);
    client.onHead(
        change -> {
          if (change.head().hash().equals(chain.head().hash())) {
            reached.countDown();
          }
        });
    BlockHeader head = client.head();
    boolean done =
        head.hash().equals(chain.head().hash())
            || reached.await(SYNC_LIMIT.toSeconds(), TimeUnit.SECONDS);
    assertThat(done).as(() -> chain.name() + ": " + client.status().message()).isTrue();
  }
}
