package io.lesnode.benchmarks.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.lesnode.chain.blocks.Blockchain;
import io.lesnode.chain.consensus.SealCheck;
import io.lesnode.chain.store.ChainStore;
import io.lesnode.chain.store.GcMode;
import io.lesnode.chain.store.StoreOptions;
import io.lesnode.devp2p.P2pConfig;
import io.lesnode.devp2p.P2pServer;
import io.lesnode.les.server.ClientParams;
import io.lesnode.les.server.LesServer;
import io.lesnode.les.server.LesServerConfig;
import io.lesnode.les.server.StoredChain;
import io.lesnode.les.server.TransactionRelay;
import io.lesnode.primitives.Block;
import io.lesnode.primitives.Transaction;
import io.lesnode.primitives.config.Genesis;
import io.lesnode.primitives.crypto.KeyPair;
import io.lesnode.primitives.rlp.RlpReader;
import io.lesnode.primitives.testing.Vectors;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * geth's TestCapacityAPI: light clients of assigned capacities that ask for all they may, over real
 * connections; requests are served in the ratio of the capacities.
 *
 * <p>The server's bandwidth limit makes a cost a number of bytes, so that the count of requests
 * decides and not the speed of the machine.
 */
class CapacityOnSocketsTest {

  private static final int CLIENTS = 10;
  private static final int SERVE_PERCENT = 400;
  private static final long EGRESS_BYTES_PER_MILLI = 4_000;
  private static final double TOLERANCE = 0.1;
  private static final double LOWEST_WEIGHT = 0.4;
  private static final long SECOND_NANOS = 1_000_000_000;
  private static final long MEASURE_NANOS = 4 * SECOND_NANOS;
  private static final long PATIENCE_NANOS = 30 * SECOND_NANOS;

  /** Waits for credit that show that a client has used up its burst. */
  private static final int STEADY_WAITS = 10;

  private static final TransactionRelay NO_POOL =
      new TransactionRelay() {
        @Override
        public long status(Bytes32 hash) {
          return 0;
        }

        @Override
        public Optional<String> add(Transaction transaction) {
          return Optional.of("refused");
        }
      };

  private final SplittableRandom random = new SplittableRandom(7);

  @Test
  void requestsAreServedInTheRatioOfTheCapacities(@TempDir Path directory) throws IOException {
    Path folder = Vectors.folder("chains").resolve("forks-dao");
    KeyPair key = KeyPair.ofSecret(Bytes32.fromHexStringLenient("0x77"));
    try (ChainStore store = ChainStore.open(directory, StoreOptions.defaults(GcMode.ARCHIVE));
        Blockchain chain =
            Blockchain.open(
                store,
                Genesis.read(folder.resolve("genesis.json")),
                SealCheck.SKIP,
                InstantSource.system())) {
      chain.submit(blocks(folder.resolve("chain.rlp"))).join();
      LesServerConfig config =
          LesServerConfig.builder(1, SERVE_PERCENT, CLIENTS)
              .bandwidth(0, EGRESS_BYTES_PER_MILLI)
              .build();
      P2pConfig p2p =
          P2pConfig.builder(key, "server")
              .listenAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
              .build();
      try (LesServer les = LesServer.start(config, new StoredChain(chain, true), NO_POOL, key);
          P2pServer node = P2pServer.start(p2p, List.of(les));
          LoadClients crowd = new LoadClients(node.self(), 2)) {
        play(les, crowd);
      }
    }
  }

  private static List<Block> blocks(Path file) throws IOException {
    try (InputStream in = Vectors.open(file)) {
      List<Block> blocks = new ArrayList<>();
      RlpReader reader = RlpReader.of(Bytes.wrap(in.readAllBytes()));
      while (!reader.isComplete()) {
        blocks.add(Block.decode(reader.readRaw()));
      }
      return blocks;
    }
  }

  private void play(LesServer les, LoadClients crowd) {
    List<LoadClient> clients =
        crowd.add(new LoadGroup("capacity", CLIENTS, RequestMix.parse("headers:8"), 64, 0, true));
    await(() -> crowd.readyCount() == CLIENTS, "all clients are connected");
    long minCapacity = les.serverInfo().minimumCapacity();
    long testCapacity = les.serverInfo().totalCapacity() * 3 / 4;
    for (LoadClient client : clients.subList(1, CLIENTS)) {
      les.addBalance(client.id().hash(), Long.MAX_VALUE / 4);
    }
    crowd.start();
    long[] capacities = new long[CLIENTS];
    Arrays.fill(capacities, minCapacity);
    for (int round = 1; round <= 2; round++) {
      long[] next = assigned(minCapacity, testCapacity);
      assign(les, crowd, clients, capacities, next);
      capacities = next;
      awaitSteady(clients);
      long[] served = measure(clients);
      check(round, capacities, served);
    }
    for (LoadClient client : clients) {
      assertThat(client.counters().stops()).as("freezes of %s", client.id()).isZero();
      assertThat(client.counters().disconnects()).isZero();
    }
  }

  /** The first client is free and has the smallest capacity; the others get random shares. */
  private long[] assigned(long minCapacity, long testCapacity) {
    double[] weights = new double[CLIENTS];
    double sum = 0;
    for (int i = 1; i < CLIENTS; i++) {
      weights[i] = LOWEST_WEIGHT + (1 - LOWEST_WEIGHT) * random.nextDouble();
      sum += weights[i];
    }
    long[] capacities = new long[CLIENTS];
    capacities[0] = minCapacity;
    for (int i = 1; i < CLIENTS; i++) {
      capacities[i] = (long) (weights[i] / sum * (double) (testCapacity - minCapacity));
      assertThat(capacities[i]).isGreaterThan(minCapacity);
    }
    return capacities;
  }

  /** Lowers first, so that the total is never exceeded; sees that clients are told at once. */
  private static void assign(
      LesServer les, LoadClients crowd, List<LoadClient> clients, long[] from, long[] to) {
    for (boolean lowering : new boolean[] {true, false}) {
      for (int i = 0; i < CLIENTS; i++) {
        if (to[i] == from[i] || to[i] < from[i] != lowering) {
          continue;
        }
        LoadClient client = clients.get(i);
        long capacity = to[i];
        long startNanos = System.nanoTime();
        les.setClientParams(List.of(client.id().hash()), ClientParams.ofCapacity(capacity));
        await(() -> crowd.capacity(client) == capacity, "the client knows its new capacity");
        assertThat(System.nanoTime() - startNanos).isLessThan(SECOND_NANOS);
      }
    }
  }

  /** Lower capacities are enforced after two seconds, and bursts must be used up. */
  private static void awaitSteady(List<LoadClient> clients) {
    pause(3 * SECOND_NANOS);
    List<Long> before = clients.stream().map(client -> client.counters().waits()).toList();
    await(
        () -> {
          for (int i = 0; i < CLIENTS; i++) {
            if (clients.get(i).counters().waits() < before.get(i) + STEADY_WAITS) {
              return false;
            }
          }
          return true;
        },
        "all clients wait for credit");
  }

  private static long[] measure(List<LoadClient> clients) {
    long[] before = clients.stream().mapToLong(client -> client.counters().served()).toArray();
    pause(MEASURE_NANOS);
    long[] served = clients.stream().mapToLong(client -> client.counters().served()).toArray();
    for (int i = 0; i < CLIENTS; i++) {
      served[i] -= before[i];
    }
    return served;
  }

  private static void check(int round, long[] capacities, long[] served) {
    long allCapacity = Arrays.stream(capacities).sum();
    long allServed = Arrays.stream(served).sum();
    double most = 0;
    for (int i = 0; i < CLIENTS; i++) {
      double assigned = (double) capacities[i] / (double) allCapacity;
      double got = (double) served[i] / (double) allServed;
      most = Math.max(most, Math.abs(got / assigned - 1));
    }
    System.out.printf(
        Locale.ROOT,
        "capacity on sockets, round %d: %d requests of %d clients, largest deviation %.1f %%%n",
        round,
        allServed,
        CLIENTS,
        most * 100);
    assertThat(most)
        .as("served %s for %s", Arrays.toString(served), Arrays.toString(capacities))
        .isLessThan(TOLERANCE);
  }

  private static void await(BooleanSupplier condition, String what) {
    long until = System.nanoTime() + PATIENCE_NANOS;
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as(what).isLessThan(until);
      pause(SECOND_NANOS / 200);
    }
  }

  private static void pause(long nanos) {
    long until = System.nanoTime() + nanos;
    for (long left = nanos; left > 0; left = until - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }
}
