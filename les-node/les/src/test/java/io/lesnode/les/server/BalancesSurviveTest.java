package io.lesnode.les.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lesnode.chain.store.ServerBatch;
import io.lesnode.chain.store.ServerStore;
import io.lesnode.flowcontrol.cost.BaseCosts;
import io.lesnode.flowcontrol.pool.BalanceStoreException;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the operator was told is stored is there after a kill, a restart, and nothing else. */
class BalancesSurviveTest {

  private static final LesServerConfig CONFIG = LesServerConfig.of(9, 100, 10);
  private static final long SEED = 20_261_121;

  @TempDir Path directory;

  @Test
  void noAcknowledgedBalanceIsLostWhenTheProcessIsKilled() throws IOException {
    SplittableRandom random = new SplittableRandom(SEED);
    Map<Bytes32, Long> acknowledged = new HashMap<>();
    int additions = 0;
    for (int kill = 0; kill < 3; kill++) {
      additions += sellAndKill(20 + random.nextInt(200), acknowledged);
      try (ServerStore store = ServerStore.open(directory);
          LesServer server = start(store)) {
        Map<Bytes32, ClientInfo> found = server.clientInfo(acknowledged.keySet());
        acknowledged.forEach(
            (id, balance) -> {
              // the addition under way when the kill came may be there too
              long more = found.get(id).positiveBalance() - balance;
              assertThat(more).isBetween(0L, 1_000_100_000L);
            });
      }
    }
    System.out.println(
        "LES server: "
            + additions
            + " acknowledged additions, 3 kills, seed "
            + SEED
            + ", none lost");
  }

  /** Returns how many additions were acknowledged. */
  private int sellAndKill(int count, Map<Bytes32, Long> acknowledged) throws IOException {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    String classPath =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    Process process =
        new ProcessBuilder(
                java,
                "-Xmx256m",
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                classPath,
                BalanceSeller.class.getName(),
                directory.toString())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    int heard = 0;
    try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (!line.matches("[0-9a-f]{64} [0-9]+")) {
          continue; // of the log, or cut by the kill
        }
        acknowledged.put(
            Bytes32.fromHexString(line.substring(0, 64)), Long.parseLong(line.substring(65)));
        if (++heard == count) {
          boolean unused = process.toHandle().destroyForcibly(); // leaves the stream open
        }
      }
    }
    assertThat(heard).isGreaterThanOrEqualTo(count);
    return heard;
  }

  private static LesServer start(ServerStore store) {
    return LesServer.start(
        CONFIG, new FakeServedChain(), SimServer.NO_POOL, SimServer.NODE_KEY, store);
  }

  @Test
  void balancesAndTheCostFactorSurviveARestart() {
    Bytes32 id = SimClient.nodeId(1).hash();
    try (ServerStore store = ServerStore.open(directory)) {
      try (LesServer server = start(store)) {
        assertThat(server.addBalance(id, 5_000_000_000L))
            .isEqualTo(new BalanceChange(0, 5_000_000_000L));
        assertThat(server.addBalance(id, -2_000_000_000L).newBalance()).isEqualTo(3_000_000_000L);
      }
      assertThat(store.value("_globalCostFactorV6")).contains(Bytes.wrap(new byte[8]));
    }
    try (ServerStore store = ServerStore.open(directory);
        LesServer server = start(store)) {
      assertThat(server.clientInfo(List.of(id)).get(id).positiveBalance())
          .isEqualTo(3_000_000_000L);
      assertThat(server.priorityClientInfo(Bytes32.ZERO, Bytes32.ZERO, 5).clients().getFirst().id())
          .isEqualTo(id);
    }
  }

  @Test
  void aDamagedBalanceIsNamedAndNothingStarts() {
    try (ServerStore store = ServerStore.open(directory);
        ServerBatch batch = store.newBatch()) {
      byte[] key = new byte[2 + 3 + 32];
      key[1] = 2;
      System.arraycopy("pb:".getBytes(StandardCharsets.US_ASCII), 0, key, 2, 3);
      batch.putClientRecord(key, new byte[] {1, 2, 3});
      batch.commit(true);
      assertThatThrownBy(() -> start(store)).isInstanceOf(BalanceStoreException.class);
    }
  }

  @Test
  void aDamagedCostFactorIsNamedAndNothingStarts() {
    try (ServerStore store = ServerStore.open(directory);
        ServerBatch batch = store.newBatch()) {
      for (Bytes damaged : List.of(Bytes.of(1), Bytes.fromHexString("0x7ff8000000000000"))) { // NaN
        batch.putValue(ServingBudget.factorName(BaseCosts.geth()), damaged);
        batch.commit(true);
        assertThatThrownBy(() -> start(store))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageContaining("global cost factor");
      }
    }
  }

  /** A disk that takes nothing. */
  private static final class FullDisk implements ServerMemory {
    @Override
    public void store(List<Change> changes) {}

    @Override
    public void force(Consumer<Optional<String>> done) {
      done.accept(Optional.of("no space left"));
    }
  }

  @Test
  void whatTheDiskRefusesIsNotInForce() {
    SimServer server =
        SimServer.of(CONFIG, new FakeServedChain(), new FullDisk(), Remembered.NOTHING);
    Bytes32 id = SimClient.nodeId(1).hash();
    List<Optional<AdminFailure>> outcome = new ArrayList<>();
    server.desk.addBalance(id, 5_000_000_000L, outcome::add);
    assertThat(outcome.getFirst().orElseThrow().text())
        .isEqualTo("the change could not be stored and is not made: no space left");
    assertThat(server.desk.clientInfo(List.of(id)).get(id).positiveBalance()).isZero();
  }

  @Test
  void anEndedServerSaysSo() {
    try (ServerStore store = ServerStore.open(directory)) {
      LesServer server = start(store);
      server.close();
      assertThatThrownBy(server::serverInfo)
          .isInstanceOf(AdminException.class)
          .hasMessage("the LES server does not answer: it is being ended");
    }
  }
}
