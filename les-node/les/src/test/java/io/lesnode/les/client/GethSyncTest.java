package io.lesnode.les.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import com.fasterxml.jackson.databind.JsonNode;
import io.lesnode.chain.consensus.SealCheck;
import io.lesnode.chain.index.CheckpointEntry;
import io.lesnode.devp2p.P2pTimings;
import io.lesnode.devp2p.testing.GethProcess;
import io.lesnode.primitives.rlp.RlpReader;
import io.lesnode.primitives.testing.Vectors;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.apache.tuweni.bytes.Bytes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Checkpoints and trusted heads with live geth servers. The executable comes from {@code -Dgeth} or
 * {@code GETH}; without it the tests say so and skip.
 */
final class GethSyncTest {
  private static final Duration LIMIT = Duration.ofMinutes(2);

  @Test
  void aConfiguredCheckpointIsProvenByGeth(@TempDir Path directory) throws Exception {
    Path folder = Vectors.folder("chains").resolve("section-one");
    String version = GethProcess.version(GethProcess.executable());
    assumeFalse(
        version.startsWith("1.9.") || version.startsWith("1.12."),
        "skipped: geth " + version + " cannot import this chain (London with proof of work)");
    ServedChain chain = ServedChain.named("section-one", "chain");
    CheckpointEntry section = chain.section().orElseThrow();
    try (GethProcess geth = GethProcess.server(directory.resolve("geth")).chain(folder).start()) {
      geth.await(
          "the helper tries of geth",
          LIMIT,
          () -> latestCheckpoint(geth).equals(section.sectionHead().toHexString()));
      long startNanos = System.nanoTime();
      try (LightClient client =
          builder(chain, directory.resolve("light"))
              .servers(List.of(geth.enode()))
              .checkpoint(section)
              .ignoreAdvertisedCheckpoints()
              .start()) {
        awaitHead(client, chain.head().hash());
        long millis = (System.nanoTime() - startNanos) / 1_000_000;
        System.out.println("GethSyncTest: section-one from its checkpoint in " + millis + " ms");

        assertThat(client.totalDifficulty(chain.head().hash()))
            .contains(chain.head().totalDifficulty());
        assertThat(client.header(12_345)).isEmpty();
        assertThat(client.headerAt(12_345).orElseThrow()).contains(chain.header(12_345));
        assertThat(client.header(32_767)).contains(chain.header(32_767));
      }
    }
  }

  private static String latestCheckpoint(GethProcess geth) {
    try {
      return geth.rpc("les_latestCheckpoint").path(1).asText();
    } catch (IllegalStateException notYet) {
      return "";
    }
  }

  @Test
  void headsThatTrustedServersSignAreFollowed(@TempDir Path directory) throws Exception {
    String version = GethProcess.version(GethProcess.executable());
    assumeFalse(version.startsWith("1.9."), "skipped: geth 1.9 does not know the London fork");
    Path folder = Vectors.folder("chains").resolve("clique-small");
    ServedChain chain = ServedChain.named("clique-small", "chain");
    ServedChain part = chain.upTo(300);
    Path first = cut(folder, directory.resolve("first.rlp"), 1, 300);
    Path rest = cut(folder, directory.resolve("rest.rlp"), 301, chain.headNumber());
    try (GethProcess one = server(directory.resolve("one"), folder, first);
        GethProcess two = server(directory.resolve("two"), folder, first, "--ulc.onlyannounce");
        LightClient client =
            builder(chain, directory.resolve("light"))
                .trustedServers(List.of(one.enode(), two.enode()), 100)
                .start()) {
      awaitHead(client, part.head().hash());
      importChain(one, rest);
      await(
          client,
          () ->
              client.status()
                      instanceof
                      SyncStatus.NotAgreed(int agreeing, int t, int n, long number, long h)
                  && agreeing == 1
                  && number == chain.headNumber());
      assertThat(client.head()).isEqualTo(part.header(300));

      importChain(two, rest);
      awaitHead(client, chain.head().hash());
      System.out.println("GethSyncTest: " + client.status().message());
    }
  }

  private static GethProcess server(Path data, Path folder, Path blocks, String... options)
      throws IOException {
    return GethProcess.server(data)
        .genesis(folder.resolve("genesis.json"))
        .importing(blocks)
        .options(options)
        .start();
  }

  private static void importChain(GethProcess geth, Path file) {
    JsonNode done = geth.rpc("admin_importChain", file.toString());
    assertThat(done.asBoolean()).isTrue();
  }

  /** Some blocks of an exported chain as a file of their own. */
  private static Path cut(Path folder, Path file, long from, long to) throws IOException {
    List<Bytes> blocks = new ArrayList<>();
    try (InputStream in = Vectors.open(folder.resolve("chain.rlp"))) {
      RlpReader reader = RlpReader.of(Bytes.wrap(in.readAllBytes()));
      for (long number = 1; !reader.isComplete(); number++) {
        Bytes block = reader.readRaw();
        if (number >= from && number <= to) {
          blocks.add(block);
        }
      }
    }
    Files.write(file, Bytes.concatenate(blocks).toArrayUnsafe());
    return file;
  }

  private static LightClientBuilder builder(ServedChain chain, Path directory) {
    return LightClientBuilder.of(chain.genesis(), directory)
        .networkId(chain.networkId())
        .sealCheck(SealCheck.SKIP)
        .timings(P2pTimings.STANDARD.withRedialMillis(1000));
  }

  private static void awaitHead(LightClient client, Bytes hash) throws InterruptedException {
    await(client, () -> client.head().hash().equals(hash));
  }

  /** Looks again whenever the head moves, and ten times a second for what is no head. */
  private static void await(LightClient client, BooleanSupplier condition)
      throws InterruptedException {
    long end = System.nanoTime() + LIMIT.toNanos();
    while (!condition.getAsBoolean()) {
      CountDownLatch moved = new CountDownLatch(1);
      try (var heads = client.onHead(change -> moved.countDown())) {
        boolean early = moved.await(100, TimeUnit.MILLISECONDS);
        assertThat(System.nanoTime() - end)
            .as(() -> client.status().message() + (early ? " (moving)" : ""))
            .isNegative();
        assertThat(heads).isNotNull();
      }
    }
  }
}
