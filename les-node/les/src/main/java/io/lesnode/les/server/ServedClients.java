package io.lesnode.les.server;

import io.lesnode.flowcontrol.pool.BalanceChange;
import io.lesnode.flowcontrol.pool.Changes;
import io.lesnode.flowcontrol.pool.ClientId;
import io.lesnode.flowcontrol.pool.ClientPool;
import io.lesnode.flowcontrol.pool.DropReason;
import io.lesnode.flowcontrol.pool.PoolClient;
import io.lesnode.flowcontrol.pool.PoolListener;
import io.lesnode.flowcontrol.pool.PoolSettings;
import io.lesnode.flowcontrol.pool.PoolTotals;
import io.lesnode.flowcontrol.pool.PriceFactors;
import io.lesnode.flowcontrol.pool.Share;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.jspecify.annotations.Nullable;

/**
 * The connected light clients and the pool that gives them capacity; confined to the node loop.
 *
 * <p>It lends the pool the loop's clock and timers, hands its changes to the memory, keeps its
 * limits equal to the total capacity, and lets clients go that the pool drops. A client is let go
 * only after the call of the pool that decided it.
 */
final class ServedClients {

  private static final int PERCENT = 100;

  /** A client of a LES version that exists waits for no capacity, unless it has a balance. */
  private static final long INACTIVE_ALLOWANCE_NANOS = 0;

  /** A client that can buy has this long to pay itself back in (docs/vip.md). */
  static final long BUYER_ALLOWANCE_NANOS = 10_000_000_000L;

  /** For how long a buyer whose tokens are used up keeps a capacity that nobody wants. */
  static final long BUYER_GRACE_NANOS = 30_000_000_000L;

  /** How late a lower capacity applies to a buyer, which may be told on two ways. */
  static final long BUYER_DECREASE_DELAY_NANOS = 5_000_000_000L;

  private static final String BUYER = "vip/1";

  private final LesServerConfig config;
  private final NodeLoop loop;
  private final ServingBudget budget;
  private final ServerMemory memory;
  private final ServerCounters counters;
  private final ClientPool pool;
  private final TotalCapacity totalCapacity;
  private final TokenDelivery delivery;
  private final Map<Bytes32, Member> members = new LinkedHashMap<>();
  private NodeLoop.Timer timer = () -> {};
  private long timerNanos = Long.MAX_VALUE;
  private boolean started;
  private @Nullable ServiceListener seller;

  /** A connected client with its place in the pool. */
  record Member(ServedClient client, PoolClient place) {}

  ServedClients(
      LesServerConfig config,
      NodeLoop loop,
      ServingBudget budget,
      ServerMemory memory,
      Remembered remembered,
      ServerCounters counters) {
    this.config = config;
    this.loop = loop;
    this.budget = budget;
    this.memory = memory;
    this.counters = counters;
    this.pool =
        new ClientPool(
            PoolSettings.of(budget.minCapacity()),
            remembered.clientRecords().stream()
                .map(r -> Map.entry(r.key().toArrayUnsafe(), r.value().toArrayUnsafe()))
                .iterator(),
            loop.nowNanos());
    this.delivery = new TokenDelivery(remembered.deliveredTokens());
    pool.setDefaultFactors(PriceFactors.DEFAULT, PriceFactors.DEFAULT);
    this.totalCapacity =
        new TotalCapacity(loop, this::setLimits, () -> pool.totals().priorityCapacity());
    budget.onTotalCapacity(totalCapacity::set);
  }

  /** Starts the timers of the pool. */
  void start() {
    started = true;
    afterPool();
  }

  /** Hands everything to the memory; no client is told. */
  void stop() {
    started = false;
    timer.cancel();
    pool.stop(loop.nowNanos());
    store();
  }

  /** Has somebody hear of clients from now on; those that are there are not told again. */
  void setSeller(ServiceListener listener) {
    seller = listener;
  }

  TokenDelivery delivery() {
    return delivery;
  }

  TotalCapacity totalCapacity() {
    return totalCapacity;
  }

  PoolTotals totals() {
    return pool.totals();
  }

  private void setLimits(long capacity) {
    // the total is a floating-point exponential; a unit more than it says is no overload
    long limit = Math.min(capacity + 1, budget.maxCapacity());
    long nowNanos = loop.nowNanos();
    pool.setShares(
        share(config.reservePercent(), limit), share(config.freeFloorPercent(), limit), nowNanos);
    pool.setLimits(config.maxClients(), limit, nowNanos);
    afterPool();
  }

  private Share share(int percent, long capacity) {
    return new Share((long) config.maxClients() * percent / PERCENT, capacity / PERCENT * percent);
  }

  boolean isConnected(Bytes32 id) {
    return members.containsKey(id);
  }

  Optional<Member> member(Bytes32 id) {
    return Optional.ofNullable(members.get(id));
  }

  Collection<Member> members() {
    return List.copyOf(members.values());
  }

  /**
   * A client has shaken hands; it may be given capacity, or be let go, soon after.
   *
   * <p>Differs from geth, where a client with a balance that waits for room keeps the buffer of the
   * handshake and is served (OperatorTest.whoWaitsForRoomHasNoBufferAndHearsTheHeadLater).
   */
  void register(ServedClient client) {
    ClientId id = clientId(client.id());
    InetSocketAddress address = client.peer().link().remoteAddress();
    String freeId =
        address.getAddress() == null
            ? config.freeClientId().ofUnknown(id)
            : config.freeClientId().of(address.getAddress(), id);
    ServiceListener hears = seller;
    boolean buys = hears != null && client.peer().link().remoteCapabilities().contains(BUYER);
    PoolClient place =
        pool.register(
            id,
            freeId,
            config.ownClients().contains(client.id()),
            buys ? BUYER_ALLOWANCE_NANOS : INACTIVE_ALLOWANCE_NANOS,
            new Listener(client),
            loop.nowNanos());
    members.put(client.id(), new Member(client, place));
    if (buys) {
      pool.setGrace(place, BUYER_GRACE_NANOS);
      client.setDecreaseDelay(BUYER_DECREASE_DELAY_NANOS);
    }
    if (pool.nextDeadlineNanos() <= loop.nowNanos()) {
      pool.onTime(loop.nowNanos()); // who found no room is let go now
    }
    if (place.isInactive()) {
      client.onCapacity(0); // has a balance, or buys, and waits
    }
    afterPool();
    if (hears != null) {
      InetSocketAddress from = address;
      loop.execute(() -> hears.onJoined(client.id(), from));
    }
  }

  /** What the pool says about one client. */
  private final class Listener implements PoolListener {
    private final ServedClient client;

    Listener(ServedClient client) {
      this.client = client;
    }

    @Override
    public void onCapacity(long capacity, boolean requested) {
      client.onCapacity(capacity);
      ServiceListener hears = seller;
      if (hears != null) {
        loop.execute(() -> tellCapacity(hears));
      }
    }

    private void tellCapacity(ServiceListener hears) {
      Member member = members.get(client.id());
      if (member != null && member.client() == client) {
        hears.onCapacity(withPool(p -> ServiceDesk.describe(member, p, loop.nowNanos())));
      }
    }

    @Override
    public void onDropped(DropReason reason) {
      loop.execute(() -> client.onDropped(reason.text()));
    }
  }

  /** A connection is over. */
  void unregister(ServedClient client) {
    Member member = members.get(client.id());
    if (member == null || member.client() != client) {
      return;
    }
    members.remove(client.id());
    counters.onDisconnected(loop.nowNanos() - client.connectedNanos());
    pool.unregister(member.place(), loop.nowNanos());
    afterPool();
    ServiceListener hears = seller;
    if (hears != null) {
      InetSocketAddress from = client.peer().link().remoteAddress();
      loop.execute(() -> hears.onLeft(client.id(), from));
    }
  }

  /** A request was answered: its cost is taken from the balance. */
  void onServed(ServedClient client, long cost) {
    Member member = members.get(client.id());
    if (member != null && member.client() == client) {
      pool.requestServed(member.place(), cost, loop.nowNanos());
      rearm();
    }
  }

  void announce(HeadAnnouncement head) {
    members().forEach(member -> member.client().announce(head));
  }

  /** Does something with the pool, then what follows from it. */
  <T> T withPool(Function<ClientPool, T> action) {
    try {
      return action.apply(pool);
    } finally {
      afterPool();
    }
  }

  BalanceChange addBalance(Bytes32 id, long amount) {
    return withPool(p -> p.addBalance(clientId(id), amount, loop.nowNanos()));
  }

  /** Waits until all that was changed so far is on the disk. */
  void force(Consumer<Optional<String>> done) {
    memory.force(done);
  }

  static ClientId clientId(Bytes32 id) {
    return ClientId.of(id.toArrayUnsafe());
  }

  static Bytes32 nodeId(ClientId id) {
    return Bytes32.wrap(id.bytes());
  }

  private void onTimer() {
    timerNanos = Long.MAX_VALUE;
    pool.onTime(loop.nowNanos());
    afterPool();
  }

  private void afterPool() {
    store();
    rearm();
  }

  private void store() {
    Changes changes = pool.drainChanges();
    List<ServerMemory.Change> delivered = delivery.drain();
    if (changes.isEmpty() && delivered.isEmpty()) {
      return;
    }
    List<ServerMemory.Change> list = new ArrayList<>(delivered);
    changes.writeTo(
        new Changes.Sink() {
          @Override
          public void put(byte[] key, byte[] value) {
            list.add(new ServerMemory.Change.ClientRecord(Bytes.wrap(key), Bytes.wrap(value)));
          }

          @Override
          public void delete(byte[] key) {
            list.add(new ServerMemory.Change.ClientRecord(Bytes.wrap(key), null));
          }
        });
    memory.store(list);
  }

  /** Has the timer go off when the pool needs it; one that goes off too early does no harm. */
  private void rearm() {
    long nextNanos = pool.nextDeadlineNanos();
    if (started && nextNanos < timerNanos) {
      timer.cancel();
      timerNanos = nextNanos;
      timer = loop.schedule(Math.max(0, nextNanos - loop.nowNanos()), this::onTimer);
    }
  }
}
