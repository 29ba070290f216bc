package io.lesnode.chain.index;

import static org.assertj.core.api.Assertions.assertThat;

import io.lesnode.chain.store.ChainStore;
import io.lesnode.chain.trie.TrieVisitor;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.tuweni.bytes.Bytes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A process that indexes is killed at random steps, again and again: what it had finished is there
 * and right, nothing else is, and in the end all of it. {@code -Dseed=N} repeats a run.
 */
class KillDuringIndexingTest {
  private static final int KILLS = 4;
  private static final int BLOCKS = 6_000;
  private static final Sections SECTIONS = new Sections(1024, 1);

  private final HeaderChain chain = HeaderChain.ofGenesis().branch(0, BLOCKS, 3);
  @TempDir Path directory;

  @Test
  void goesOnAfterEachKill() throws IOException, InterruptedException {
    long seed = Long.getLong("seed", System.nanoTime());
    System.out.println("kill -9 of helper trie indexing, seed " + seed);
    Random random = new Random(seed);
    List<CheckpointEntry> expected;
    try (ChainStore store = chain.open(directory.resolve("whole"))) {
      chain.writeTo(store, BLOCKS);
      HelperTrieIndexer.catchUp(store, SECTIONS);
      expected = entries(store);
    }
    Path killed = directory.resolve("killed");
    try (ChainStore store = chain.open(killed)) {
      chain.writeTo(store, BLOCKS);
    }
    for (int i = 0; i < KILLS; i++) {
      long heard = runUntil(killed, random.nextInt(28), random.nextLong(3_000_000));
      try (ChainStore store = chain.open(killed)) {
        List<CheckpointEntry> found = entries(store);
        assertThat(found.size()).isGreaterThanOrEqualTo((int) heard);
        assertThat(found).isEqualTo(expected.subList(0, found.size()));
      }
    }
    runUntil(killed, Integer.MAX_VALUE, 0);
    try (ChainStore store = chain.open(killed)) {
      assertThat(entries(store)).isEqualTo(expected);
      HelperTries tries = new HelperTries(store, SECTIONS);
      for (HelperTrie kind : HelperTrie.values()) {
        long[] values = {0};
        TrieVisitor counting =
            new TrieVisitor() {
              @Override
              public void onValue(Bytes key, Bytes value) {
                values[0]++;
              }
            };
        tries.open(kind, expected.size() - 1).orElseThrow().walk(counting); // every node is here
        assertThat(values[0]).isPositive();
        if (kind == HelperTrie.CHT) {
          assertThat(values[0]).isEqualTo(SECTIONS.blocks() * expected.size());
        }
      }
    }
  }

  private static List<CheckpointEntry> entries(ChainStore store) {
    HelperTries tries = new HelperTries(store, SECTIONS);
    List<CheckpointEntry> entries = new ArrayList<>();
    for (long index = 0; index < tries.finished(); index++) {
      entries.add(tries.get(index).orElseThrow());
    }
    return entries;
  }

  /** Returns how many sections the process said it had finished before it was killed or ended. */
  private static long runUntil(Path data, int killAtStep, long spinNanos)
      throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                KilledIndexing.class.getName(),
                data.toString(),
                Long.toString(SECTIONS.blocks()))
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    long finished = 0;
    try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
      for (String line = output.readLine(); line != null; line = output.readLine()) {
        if (line.startsWith("finished ")) {
          finished = Long.parseLong(line.substring(9));
        } else if (line.startsWith("step ") && Integer.parseInt(line.substring(5)) >= killAtStep) {
          long until = System.nanoTime() + spinNanos;
          while (System.nanoTime() < until) {
            Thread.onSpinWait();
          }
          process.destroyForcibly();
          break;
        }
      }
    }
    process.waitFor();
    return finished;
  }
}
