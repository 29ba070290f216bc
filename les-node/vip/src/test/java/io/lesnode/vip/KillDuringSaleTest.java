package io.lesnode.vip;

import static org.assertj.core.api.Assertions.assertThat;

import io.lesnode.chain.store.ServerStore;
import io.lesnode.devp2p.NodeId;
import io.lesnode.payment.MethodId;
import io.lesnode.payment.ledger.AccountId;
import io.lesnode.payment.ledger.Ledger;
import io.lesnode.payment.rocks.RocksLedgerStore;
import io.lesnode.primitives.crypto.KeyPair;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Random;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Test M7 of docs/vip.md for a whole server: its process is killed with SIGKILL at random moments
 * while a client pays, buys and sells back, again and again. What the client was told is there, no
 * wei and no token was created, and at each start the pool has exactly what the books say, less
 * what was used. {@code -Dconsensus.full=true} kills more often; {@code -Dseed=N} repeats a run.
 */
class KillDuringSaleTest {
  private static final int KILLS = 3;
  private static final int KILLS_IN_FULL = 25;

  /** More than 100 s of service at the least capacity: what can have been used. */
  private static final long MOST_USED = 2_000_000_000L;

  private static final long NONCES_PER_RUN = 1_000;

  @TempDir Path folder;

  private final KeyPair buyer = KeyPair.generate(new SecureRandom());
  private final Bytes32 id = NodeId.of(buyer.publicKey()).hash();
  private long asked;
  private long acknowledged;
  private long offeredBack;
  private long soldBack;
  private long netIssued;
  private int sales;

  @Test
  void whatAClientWasToldIsThereAndNothingIsCreated() throws IOException, InterruptedException {
    long seed = Long.getLong("seed", System.nanoTime());
    Random random = new Random(seed);
    int kills = Boolean.getBoolean("consensus.full") ? KILLS_IN_FULL : KILLS;
    System.out.println("kill -9 of a vip server, seed " + seed + ", " + kills + " kills");
    for (int i = 0; i < kills; i++) {
      runAndKill(i, random.nextLong(), 5 + random.nextInt(40), random.nextLong(4_000_000));
      verify();
    }
    assertThat(acknowledged).isPositive();
    System.out.println(acknowledged + " wei acknowledged, " + sales + " sales back");
  }

  private void runAndKill(int run, long seed, int steps, long spinNanos)
      throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx384m",
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                KilledSale.class.getName(),
                folder.toString(),
                buyer.secret().toHexString(),
                Long.toString(run * NONCES_PER_RUN),
                Long.toString(seed))
            .redirectErrorStream(true)
            .start();
    int seen = 0;
    StringBuilder told = new StringBuilder();
    try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
      for (String line = output.readLine(); line != null; line = output.readLine()) {
        told.append(line).append('\n');
        seen += hear(line) ? 1 : 0;
        if (seen == steps) {
          seen++;
          long until = System.nanoTime() + spinNanos;
          while (System.nanoTime() < until) {
            Thread.onSpinWait();
          }
          // By its handle: the process object would close the pipe and lose what it told.
          assertThat(process.toHandle().destroyForcibly()).isTrue();
        }
      }
    }
    assertThat(process.waitFor()).isNotZero();
    assertThat(seen).as("it ran until it was killed: %s", told).isGreaterThan(steps);
  }

  /** Whether it was a step. */
  private boolean hear(String line) {
    String[] words = line.split(" ", -1);
    switch (words[0]) {
      case "start" ->
          assertThat(Long.parseLong(words[1])).isBetween(netIssued - MOST_USED, netIssued);
      case "paying" -> asked += Long.parseLong(words[1]);
      case "paid" -> acknowledged = Long.parseLong(words[1]);
      case "selling" -> offeredBack += Long.parseLong(words[1]);
      case "sold" -> {
        soldBack += Long.parseLong(words[1]);
        sales++;
      }
      default -> {
        return false;
      }
    }
    return !words[0].equals("start");
  }

  private void verify() {
    try (Ledger ledger = Ledger.open(RocksLedgerStore.open(folder.resolve("books")));
        ServerStore pool = ServerStore.open(folder.resolve("les.server"))) {
      assertThat(ledger.history().audit()).isEmpty();
      long paid = ledger.balance(AccountId.claim(MethodId.TEST, id)).negate().longValueExact();
      assertThat(paid).isBetween(acknowledged, asked);
      assertThat(ledger.returned(id)).isBetween(soldBack, offeredBack);
      netIssued = ledger.issued(id) - ledger.returned(id) - ledger.expired(id);
      long delivered =
          pool.value("vip.delivered." + id.toUnprefixedHexString()).map(Bytes::toLong).orElse(0L);
      assertThat(delivered).isBetween(0L, netIssued);
    }
  }
}
