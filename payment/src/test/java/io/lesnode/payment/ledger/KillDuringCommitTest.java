package io.lesnode.payment.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import io.lesnode.payment.rocks.RocksLedgerStore;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Test M7 of docs/vip.md with a real disk: a process that takes payments is killed with SIGKILL at
 * random moments, mostly while it writes, again and again. What it acknowledged is there; proof,
 * money and tokens belong together; the event log sums to the balances. The normal build kills a
 * few times, {@code -Dconsensus.full=true} more often; {@code -Dseed=N} repeats a run.
 */
class KillDuringCommitTest {
  private static final int CLIENTS = 7;
  private static final int KILLS = 3;
  private static final int KILLS_IN_FULL = 25;

  @TempDir Path directory;

  private final long[] acknowledged = new long[CLIENTS];
  private int commits;

  @Test
  void whatWasAcknowledgedIsThere() throws IOException, InterruptedException {
    long seed = Long.getLong("seed", System.nanoTime());
    Random random = new Random(seed);
    int kills = Boolean.getBoolean("consensus.full") ? KILLS_IN_FULL : KILLS;
    System.out.println("kill -9 of a ledger, seed " + seed + ", " + kills + " kills");
    long events = 0;
    for (int i = 0; i < kills; i++) {
      runAndKill(random.nextLong(), 1 + random.nextInt(100), random.nextLong(3_000_000));
      long now = verify();
      assertThat(now).isGreaterThan(events);
      events = now;
    }
    assertThat(commits).isGreaterThanOrEqualTo(kills);
    System.out.println(commits + " acknowledged commits, " + events + " events");
  }

  private void runAndKill(long seed, int writes, long spinNanos)
      throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                KilledLedger.class.getName(),
                directory.resolve("books").toString(),
                Integer.toString(CLIENTS),
                Long.toString(seed))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    int seen = 0;
    try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
      for (String line = output.readLine(); line != null; line = output.readLine()) {
        if (line.equals("writing")) {
          seen++;
          if (seen == writes) {
            long until = System.nanoTime() + spinNanos;
            while (System.nanoTime() < until) {
              Thread.onSpinWait();
            }
            // By its handle: the process object would close the pipe and lose what it told.
            assertThat(process.toHandle().destroyForcibly()).isTrue();
          }
        } else if (line.startsWith("acknowledged ")) {
          // Also what was in the pipe when it died.
          hear(line);
        }
      }
    }
    assertThat(process.waitFor()).as("killed, not ended").isNotZero();
    assertThat(seen).isGreaterThanOrEqualTo(writes);
  }

  private void hear(String line) {
    String[] words = line.split(" ", -1);
    for (int i = 1; i + 1 < words.length; i += 2) {
      acknowledged[Integer.parseInt(words[i])] = Long.parseLong(words[i + 1]);
    }
    commits++;
  }

  private long verify() {
    try (Ledger ledger = Ledger.open(RocksLedgerStore.open(directory.resolve("books")))) {
      for (int client = 0; client < CLIENTS; client++) {
        assertThat(CumulativeBooks.durable(ledger, client))
            .isGreaterThanOrEqualTo(acknowledged[client]);
      }
      assertThat(ledger.history().audit()).isEmpty();
      return ledger.history().size();
    }
  }
}
