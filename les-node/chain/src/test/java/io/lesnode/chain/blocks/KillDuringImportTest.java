package io.lesnode.chain.blocks;

import static org.assertj.core.api.Assertions.assertThat;

import io.lesnode.chain.consensus.SealCheck;
import io.lesnode.chain.store.ChainStore;
import io.lesnode.chain.store.GcMode;
import io.lesnode.chain.store.StoreOptions;
import io.lesnode.chain.testing.ChainVectors;
import io.lesnode.primitives.testing.Vectors;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A process that imports is killed at random heights, again and again; each time the chain is whole
 * up to where it came, and in the end complete. The normal build kills a few times, {@code
 * -Dconsensus.full=true} twenty times on the longest chain; {@code -Dseed=N} repeats a run.
 */
class KillDuringImportTest {
  private static final int KILLS = 3;
  private static final int KILLS_IN_FULL = 20;

  @TempDir Path directory;

  @Test
  void nothingIsLostButTheBlockBeingWritten() throws IOException, InterruptedException {
    boolean full = Boolean.getBoolean("consensus.full");
    long seed = Long.getLong("seed", System.nanoTime());
    Random random = new Random(seed);
    Path folder = folder(full);
    Path file = ChainVectors.files(folder).getFirst();
    long target = ChainVectors.expected(file).at("/head/number").asLong();
    int kills = full ? KILLS_IN_FULL : KILLS;
    System.out.println(
        "kill -9 of an import of " + folder.getFileName() + ", seed " + seed + ", " + kills);
    long reached = 0;
    for (int i = 0; i < kills; i++) {
      long killAt =
          reached + 1 + random.nextLong(Math.max(1, (target - reached) / (kills - i + 1)));
      long spinNanos = random.nextLong(2_000_000);
      long heard = runUntil(folder, file, killAt, spinNanos);
      reached = verify(folder, heard, false);
    }
    runUntil(folder, file, Long.MAX_VALUE, 0);
    verify(folder, target, true);
    try (ChainStore store = open();
        Blockchain chain = chain(store, folder)) {
      assertThat(chain.head().hash().toHexString())
          .isEqualTo(ChainVectors.expected(file).at("/head/hash").asText());
    }
  }

  /** The longest chain in full, else the shortest of more than a hundred blocks. */
  private static Path folder(boolean full) {
    List<Path> fake =
        Vectors.chains().stream()
            .filter(folder -> ChainVectors.files(folder).size() == 1)
            .filter(folder -> ChainVectors.sealCheck(folder) == SealCheck.SKIP)
            .toList();
    Comparator<Path> byLength = Comparator.comparingLong(KillDuringImportTest::length);
    return (full
            ? fake.stream().max(byLength)
            : fake.stream().filter(folder -> length(folder) > 100).min(byLength))
        .orElseThrow();
  }

  private static long length(Path folder) {
    return ChainVectors.expected(ChainVectors.files(folder).getFirst()).at("/head/number").asLong();
  }

  /** Returns the last head that the process told of before it was killed or ended. */
  private long runUntil(Path folder, Path file, long killAt, long spinNanos)
      throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                KilledImport.class.getName(),
                folder.resolve("genesis.json").toString(),
                file.toString(),
                directory.resolve("data").toString())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    long head = 0;
    try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
      for (String line = output.readLine(); line != null; line = output.readLine()) {
        if (line.startsWith("head ")) {
          head = Long.parseLong(line.substring(5));
          if (head >= killAt) {
            long until = System.nanoTime() + spinNanos;
            while (System.nanoTime() < until) {
              Thread.onSpinWait();
            }
            process.destroyForcibly();
            break;
          }
        }
      }
    }
    process.waitFor();
    return head;
  }

  private long verify(Path folder, long atLeast, boolean exactly) {
    try (ChainStore store = open();
        Blockchain chain = chain(store, folder)) {
      long head = chain.head().number();
      assertThat(head).isGreaterThanOrEqualTo(atLeast);
      if (exactly) {
        assertThat(head).isEqualTo(atLeast);
      }
      assertThat(ChainCheck.check(store)).isEmpty();
      return head;
    }
  }

  private ChainStore open() {
    return ChainStore.open(directory.resolve("data"), StoreOptions.defaults(GcMode.FULL));
  }

  private static Blockchain chain(ChainStore store, Path folder) {
    return Blockchain.open(
        store, ChainVectors.genesis(folder), SealCheck.SKIP, InstantSource.system());
  }
}
