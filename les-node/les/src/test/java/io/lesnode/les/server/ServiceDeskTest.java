package io.lesnode.les.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.lesnode.chain.store.ServerStore;
import io.lesnode.devp2p.DisconnectReason;
import io.lesnode.flowcontrol.pool.CapacityReply;
import io.lesnode.les.wire.HashOrNumber;
import io.lesnode.les.wire.LesMessage.Announce;
import io.lesnode.les.wire.LesMessage.GetBlockHeaders;
import io.lesnode.les.wire.LesVersion;
import io.lesnode.les.wire.StatusKeys;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a seller of service can rely on: tests B1 (priority, bias, downgrade, re-entry), B2 (a LES
 * announce with each change) and B3 (grace, then the minimum) of docs/vip.md as far as the LES
 * server does them, and the counters by which tokens reach it once.
 */
class ServiceDeskTest {

  private static final long NETWORK_ID = 9;
  private static final long MIN_CAPACITY = 16_000;
  private static final long SECOND = 1_000_000_000;
  private static final long TOKENS_PER_SECOND_AT_MINIMUM = 16_000_000; // capacity 16,000, factor 1

  private final ManualLoop loop = new ManualLoop();
  private final FakeServedChain chain = new FakeServedChain();
  private final Events events = new Events();
  private SimServer server = server(10);
  private ServiceDesk desk = new ServiceDesk(server.state);

  private SimServer server(int maxClients) {
    SimServer made = SimServer.of(LesServerConfig.of(NETWORK_ID, 100, maxClients), chain, loop);
    made.state.clients().setSeller(events);
    return made;
  }

  private void serverOf(int maxClients) {
    server = server(maxClients);
    desk = new ServiceDesk(server.state);
  }

  private static final class Events implements ServiceListener {
    final List<Bytes32> joined = new ArrayList<>();
    final List<Bytes32> left = new ArrayList<>();
    final List<ServiceDesk.Client> changed = new ArrayList<>();

    @Override
    public void onJoined(Bytes32 id, InetSocketAddress address) {
      joined.add(id);
    }

    @Override
    public void onLeft(Bytes32 id, InetSocketAddress address) {
      left.add(id);
    }

    @Override
    public void onCapacity(ServiceDesk.Client client) {
      changed.add(client);
    }
  }

  /** A client that shares vip/1 with us. */
  private SimClient buyer(int number) {
    SimClient client = new SimClient(server, LesVersion.LES4, number);
    client.link.setRemoteCapabilities(List.of("les/4", "vip/1"));
    return client.greet();
  }

  /** A client that speaks only LES. */
  private SimClient stock(int number) {
    return new SimClient(server, LesVersion.LES4, number).greet();
  }

  @Test
  void theSellerHearsOfClientsAndOfTheirCapacity() {
    SimClient client = buyer(1);
    assertThat(events.joined).containsExactly(client.id());
    desk.deliverTokens(client.id(), 3600 * TOKENS_PER_SECOND_AT_MINIMUM);
    assertThat(desk.requestCapacity(client.id(), 160_000, 0))
        .isEqualTo(new CapacityReply.Assigned(160_000));
    loop.run();
    assertThat(events.changed.getLast().capacity()).isEqualTo(160_000);
    assertThat(client.received())
        .singleElement()
        .isInstanceOfSatisfying(
            Announce.class,
            update ->
                assertThat(update.update().requireUnsignedLong(StatusKeys.MIN_RECHARGE))
                    .isEqualTo(160_000));
    assertThat(desk.client(client.id()).orElseThrow().spendPerSecond())
        .isEqualTo(10 * TOKENS_PER_SECOND_AT_MINIMUM);
    client.peer.onClosed(DisconnectReason.REQUESTED);
    loop.run();
    assertThat(events.left).containsExactly(client.id());
  }

  @Test
  void tokensAreDeliveredOnceHoweverOftenItIsAsked() {
    Bytes32 id = SimClient.nodeId(1).hash();
    assertThat(desk.deliverTokens(id, 5_000_000_000L)).isEqualTo(5_000_000_000L);
    assertThat(desk.deliverTokens(id, 5_000_000_000L)).isZero();
    assertThat(desk.deliverTokens(id, 4_000_000_000L)).isZero();
    assertThat(desk.deliverTokens(id, 7_000_000_000L)).isEqualTo(2_000_000_000L);
    assertThat(desk.tokens(id)).isEqualTo(7_000_000_000L);
  }

  @Test
  void whatABalanceCannotHoldStaysDue() {
    Bytes32 id = SimClient.nodeId(1).hash();
    desk.deliverTokens(id, 1L << 62);
    server.desk.addBalance(id, 1L << 61, failure -> {});
    assertThat(desk.deliverTokens(id, Long.MAX_VALUE)).isZero();
    assertThat(desk.delivered(id)).isEqualTo(1L << 62);
    assertThat(desk.tokens(id)).isEqualTo(3L << 61);
  }

  @Test
  void tokensThatAreNotThereCannotBeGivenBack() {
    Bytes32 id = SimClient.nodeId(1).hash();
    desk.deliverTokens(id, 5_000_000_000L);
    List<Boolean> outcomes = new ArrayList<>();
    desk.takeTokens(id, 5_000_000_001L, outcomes::add);
    desk.takeTokens(id, 2_000_000_000L, outcomes::add);
    assertThat(outcomes).containsExactly(false, true);
    assertThat(desk.tokens(id)).isEqualTo(3_000_000_000L);
    assertThat(desk.delivered(id)).isEqualTo(3_000_000_000L);
    // the seller did not come to book it: the tokens are the node's again
    desk.deliverTokens(id, 5_000_000_000L);
    assertThat(desk.tokens(id)).isEqualTo(5_000_000_000L);
  }

  /** Test B3: exhausted, 30 s at the old capacity, then the minimum, and the connection stays. */
  @Test
  void whoseTokensAreUsedUpKeepsAFreeCapacityForAGraceAndThenTheMinimum() {
    SimClient client = buyer(1);
    desk.deliverTokens(client.id(), 100 * TOKENS_PER_SECOND_AT_MINIMUM);
    desk.requestCapacity(client.id(), 160_000, 0); // 10 s of it
    loop.advance(11 * SECOND);
    assertThat(desk.client(client.id()).orElseThrow().priority()).isFalse();
    assertThat(client.capacity()).isEqualTo(160_000);
    loop.advance(28 * SECOND);
    assertThat(client.capacity()).isEqualTo(160_000);
    loop.advance(2 * SECOND);
    assertThat(client.capacity()).isEqualTo(MIN_CAPACITY);
    assertThat(client.isConnected()).isTrue();
    assertThat(events.changed.getLast().capacity()).isEqualTo(MIN_CAPACITY);
  }

  @Test
  void whoPaysDuringTheGraceKeepsWhatItHad() {
    SimClient client = buyer(1);
    desk.deliverTokens(client.id(), 100 * TOKENS_PER_SECOND_AT_MINIMUM);
    desk.requestCapacity(client.id(), 160_000, 0);
    loop.advance(20 * SECOND);
    desk.deliverTokens(client.id(), 100_000 * TOKENS_PER_SECOND_AT_MINIMUM);
    client.link.sent().clear();
    loop.advance(60 * SECOND);
    assertThat(client.capacity()).isEqualTo(160_000);
    assertThat(client.received()).isEmpty();
  }

  /** Grace is for capacity that nobody wants: newcomers get theirs from it at once. */
  @Test
  void newcomersGetTheirCapacityFromWhoIsInItsGrace() {
    serverOf(1000);
    SimClient client = buyer(1);
    long total = desk.totals().totalCapacity();
    desk.deliverTokens(client.id(), 1_000_000 * TOKENS_PER_SECOND_AT_MINIMUM);
    long given = desk.requestCapacity(client.id(), total - 100, 0).capacity();
    assertThat(given).isGreaterThan(total - MIN_CAPACITY);
    long seconds =
        desk.client(client.id()).orElseThrow().tokens()
            / desk.client(client.id()).orElseThrow().spendPerSecond();
    loop.advance((seconds + 2) * SECOND);
    assertThat(client.capacity()).isGreaterThan(total - MIN_CAPACITY);
    for (int other = 2; other < 500; other++) {
      assertThat(stock(other).capacity()).isEqualTo(MIN_CAPACITY);
    }
    assertThat(client.capacity()).isBetween(MIN_CAPACITY, total * 3 / 4);
    assertThat(client.isConnected()).isTrue();
  }

  /** A peer without vip/1 is treated as in geth: no grace, two seconds, no waiting. */
  @Test
  void aPeerWithoutVipIsTreatedAsBefore() {
    SimClient client = stock(1);
    desk.deliverTokens(client.id(), 100 * TOKENS_PER_SECOND_AT_MINIMUM);
    desk.requestCapacity(client.id(), 160_000, 0);
    loop.advance(11 * SECOND);
    assertThat(client.capacity()).isEqualTo(MIN_CAPACITY);
    loop.advance(SECOND);
    assertThat(bufferLimit(client)).isEqualTo(MIN_CAPACITY * 6000);
    serverOf(1);
    assertThat(stock(1).isConnected()).isTrue();
    assertThat(stock(2).isConnected()).isFalse();
  }

  /**
   * Test E2: every byte that a peer without vip gets is the one that it gets where nothing is sold.
   */
  @Test
  void aPeerWithoutVipGetsTheSameBytesAsWhereNothingIsSold() {
    assertThat(session(true)).isEqualTo(session(false)).hasSizeGreaterThan(40);
  }

  /** A stock client's session with payments, contention, used up tokens and freezes. */
  private List<FakeLink.Sent> session(boolean sells) {
    ManualLoop clock = new ManualLoop();
    SimServer made =
        SimServer.of(LesServerConfig.of(NETWORK_ID, 100, 2), new FakeServedChain(), clock);
    if (sells) {
      made.state.clients().setSeller(new Events());
    }
    ServiceDesk orders = new ServiceDesk(made.state);
    SimClient client = new SimClient(made, LesVersion.LES4, 1);
    client.greetKeeping();
    SimClient other = new SimClient(made, LesVersion.LES4, 2).greet();
    for (int i = 0; i < 20; i++) {
      client.send(new GetBlockHeaders(i, new HashOrNumber.OfNumber(0), 1 + i, 0, false));
      clock.advance(SECOND / 10);
    }
    made.desk.addBalance(client.id(), 100 * TOKENS_PER_SECOND_AT_MINIMUM, failure -> {});
    orders.requestCapacity(client.id(), 160_000, 0);
    clock.advance(5 * SECOND);
    made.desk.addBalance(other.id(), 1_000_000 * TOKENS_PER_SECOND_AT_MINIMUM, failure -> {});
    orders.requestCapacity(other.id(), orders.totals().totalCapacity() - 100_000, 0);
    clock.advance(20 * SECOND);
    made.desk.freezeClient(client.id());
    clock.advance(5 * SECOND);
    for (int i = 0; i < 20; i++) {
      client.send(new GetBlockHeaders(100 + i, new HashOrNumber.OfNumber(0), 1, 0, false));
      clock.advance(SECOND / 10);
    }
    return List.copyOf(client.link.sent());
  }

  @Test
  void aBuyersOldBufferIsToleratedForFiveSecondsAfterACut() {
    SimClient client = buyer(1);
    desk.deliverTokens(client.id(), 100_000 * TOKENS_PER_SECOND_AT_MINIMUM);
    desk.requestCapacity(client.id(), 160_000, 0);
    desk.requestCapacity(client.id(), 32_000, 0);
    loop.advance(5 * SECOND - 1);
    assertThat(bufferLimit(client)).isEqualTo(160_000 * 6000);
    loop.advance(2);
    assertThat(bufferLimit(client)).isEqualTo(32_000 * 6000);
  }

  private long bufferLimit(SimClient client) {
    return server
        .state
        .clients()
        .member(client.id())
        .orElseThrow()
        .client()
        .bufferStatus(loop.nowNanos())
        .bufferLimit();
  }

  /** Test B1: a full server; who can buy waits ten seconds to pay itself in. */
  @Test
  void whoCanBuyMayWaitTenSecondsAndPayItselfIn() {
    serverOf(1);
    SimClient first = stock(1);
    SimClient second = buyer(2);
    assertThat(second.isConnected()).isTrue();
    assertThat(second.capacity()).isZero();
    loop.advance(9 * SECOND);
    desk.deliverTokens(second.id(), 3600 * TOKENS_PER_SECOND_AT_MINIMUM);
    loop.advance(SECOND);
    assertThat(second.capacity()).isEqualTo(MIN_CAPACITY);
    assertThat(first.isConnected()).isFalse();
    SimClient third = buyer(3);
    loop.advance(11 * SECOND);
    assertThat(third.isConnected()).isFalse();
  }

  /**
   * Test B1: re-entry. Who was evicted comes back with what its network had for nothing and has to
   * stand back behind those who had less, until an hour has taken most of it away.
   */
  @Test
  void whoWasEvictedComesBackBehindOthersUntilItIsForgotten() throws Exception {
    serverOf(1);
    SimClient first = at(1, "203.0.113.1");
    loop.advance(600 * SECOND);
    SimClient second = at(2, "203.0.113.2");
    assertThat(first.isConnected()).isFalse();
    assertThat(second.isConnected()).isTrue();
    // another key at the same address is the same network
    loop.advance(200 * SECOND);
    assertThat(at(3, "203.0.113.1").isConnected()).isFalse();
    loop.advance(2 * 3600 * SECOND);
    assertThat(at(4, "203.0.113.1").isConnected()).isTrue();
  }

  private SimClient at(int number, String address) throws Exception {
    return new SimClient(
            server,
            LesVersion.LES4,
            number,
            new InetSocketAddress(InetAddress.getByName(address), 30303))
        .greet();
  }

  /** A disk that can lose everything that was not forced. */
  private static final class LosingMemory implements ServerMemory {
    final Map<Bytes, Bytes> records = new HashMap<>();
    final Map<Bytes32, Long> delivered = new HashMap<>();
    private final List<List<Change>> waiting = new ArrayList<>();

    @Override
    public void store(List<Change> changes) {
      waiting.add(changes);
    }

    @Override
    public void force(Consumer<Optional<String>> done) {
      write(waiting.size());
      done.accept(Optional.empty());
    }

    /** The process is killed when that many batches were written. */
    void write(int batches) {
      for (List<Change> batch : waiting.subList(0, batches)) {
        for (Change change : batch) {
          switch (change) {
            case Change.ClientRecord record -> {
              if (record.value() == null) {
                records.remove(record.key());
              } else {
                records.put(record.key(), record.value());
              }
            }
            case Change.Value value -> {
              if (value.name().startsWith("vip.delivered.")) {
                delivered.put(
                    Bytes32.fromHexString(value.name().substring(14)), value.value().toLong());
              }
            }
          }
        }
      }
      waiting.clear();
    }

    Remembered remembered() {
      return new Remembered(
          0,
          records.entrySet().stream()
              .map(e -> new Remembered.ClientRecord(e.getKey(), e.getValue()))
              .toList(),
          delivered);
    }
  }

  /**
   * The kill points between the seller's ledger and the pool: whenever the process is killed, and
   * however much of what waited was written, after the next delivery every node has exactly what
   * was issued less what it gave back.
   */
  @Test
  void noKillBetweenTheLedgerAndThePoolLosesOrCreatesAToken() {
    SplittableRandom random = new SplittableRandom(20_261_121);
    LosingMemory memory = new LosingMemory();
    Map<Bytes32, Long> issued = new HashMap<>();
    for (int kill = 0; kill < 200; kill++) {
      SimServer running =
          SimServer.of(LesServerConfig.of(NETWORK_ID, 100, 10), chain, memory, memory.remembered());
      ServiceDesk seller = new ServiceDesk(running.state);
      issued.forEach(seller::deliverTokens); // what every start does
      for (int step = random.nextInt(6); step > 0; step--) {
        Bytes32 id = SimClient.nodeId(random.nextInt(3)).hash();
        long amount = 2_000_000_000L + random.nextInt(1000);
        if (random.nextInt(3) > 0) {
          long total = issued.merge(id, amount, Long::sum); // durable in the ledger
          if (random.nextBoolean()) {
            seller.deliverTokens(id, total);
          }
        } else {
          boolean[] taken = {false};
          seller.takeTokens(id, amount, done -> taken[0] = done);
          if (taken[0] && random.nextBoolean()) {
            issued.merge(id, -amount, Long::sum);
          }
        }
      }
      memory.write(random.nextInt(memory.waiting.size() + 1)); // killed
    }
    SimServer last =
        SimServer.of(LesServerConfig.of(NETWORK_ID, 100, 10), chain, memory, memory.remembered());
    ServiceDesk seller = new ServiceDesk(last.state);
    issued.forEach(seller::deliverTokens);
    assertThat(issued).isNotEmpty();
    issued.forEach((id, total) -> assertThat(seller.tokens(id)).isEqualTo(total));
  }

  /** The same with the store itself: counters survive a restart with their balances. */
  @Test
  void deliveriesSurviveARestart(@TempDir Path directory) {
    Bytes32 id = SimClient.nodeId(1).hash();
    for (int start = 1; start <= 3; start++) {
      long total = start * 5_000_000_000L;
      try (ServerStore store = ServerStore.open(directory);
          LesServer started =
              LesServer.start(
                  LesServerConfig.of(NETWORK_ID, 100, 10),
                  new FakeServedChain(),
                  SimServer.NO_POOL,
                  SimServer.NODE_KEY,
                  store)) {
        long added = onDesk(started, d -> d.deliverTokens(id, total));
        assertThat(added).isEqualTo(5_000_000_000L);
        long tokens = onDesk(started, d -> d.tokens(id));
        assertThat(tokens).isEqualTo(total);
      }
    }
  }

  private static <T> T onDesk(LesServer server, Function<ServiceDesk, T> question) {
    CompletableFuture<T> answer = new CompletableFuture<>();
    assertThat(server.withDesk(d -> answer.complete(question.apply(d)))).isTrue();
    return answer.join();
  }
}
