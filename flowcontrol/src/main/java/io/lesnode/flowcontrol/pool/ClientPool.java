package io.lesnode.flowcontrol.pool;

import io.lesnode.flowcontrol.pool.CapacityReply.Refusal;
import io.lesnode.flowcontrol.pool.PoolClient.Kind;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.LongBinaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Who is served: keeps the balances of all clients, known or connected, and gives capacity to those
 * with the highest priorities; confined to the node loop, with the time as an argument.
 *
 * <p><b>Priority.</b> A client with tokens has the priority tokens per capacity, any other minus
 * what it has had for nothing. Both fall while the client is served, by its {@link PriceFactors},
 * so that equal clients take turns. Tokens belong to a node id; what was had for nothing is kept
 * under the name of its network, since node ids cost nothing.
 *
 * <p><b>Turns.</b> One call may change many clients: whoever loses capacity makes room for others,
 * whose change of priority may matter again. Each consequence is queued and performed in order,
 * until there is none; then the call returns. The order is geth's, because clients see it.
 *
 * <p><b>Time.</b> After any call {@link #nextDeadlineNanos} may be earlier than before; {@link
 * #onTime} is to be called then. Calling it more often or later does no harm. A time before that of
 * an earlier call counts as that time.
 *
 * <p><b>Storage.</b> Whatever is to survive is in {@link #drainChanges}, as batches; what a caller
 * promises to somebody (tokens added) is promised after its batch is on disk.
 *
 * <p>Reference: geth v1.10.26, les/vflux/server/clientpool.go.
 */
public final class ClientPool {

  /** How often expired balances are looked for. */
  private static final long CLEAN_UP_NANOS = 3_600_000_000_000L;

  /** How often what connected clients have is handed out to be stored: what a kill may cost. */
  private static final long SNAPSHOT_NANOS = 60_000_000_000L;

  private final PoolSettings settings;
  private final Quirks quirks;
  private final Timers timers = new Timers();
  private final Timers.Timer cleanUp = new Timers.Timer(this::cleanUp);
  private final Timers.Timer snapshot = new Timers.Timer(this::snapshot);
  private final BalanceBook book;
  private final PriorityPool pool;
  private final Map<ClientId, PoolClient> clients = new LinkedHashMap<>();
  private final Deque<Runnable> consequences = new ArrayDeque<>();
  private final Set<PoolClient> graced = new LinkedHashSet<>();
  private PriceFactors defaultPositiveFactors = PriceFactors.FREE;
  private PriceFactors defaultNegativeFactors = PriceFactors.FREE;
  private long connectedBiasNanos;
  private long nowNanos;
  private boolean busy;
  private boolean offsetsDue;
  private @Nullable PoolClient requester;
  private DropReason cause = DropReason.OUTBID;
  private long connectedEvents;
  private long activatedEvents;
  private long deactivatedEvents;
  private long disconnectedEvents;

  /**
   * A pool without connected clients and with limits of zero.
   *
   * @param records the stored keys and values, in any order
   * @throws BalanceStoreException when a record cannot be read; its message names the record
   */
  public ClientPool(
      PoolSettings settings, Iterator<Map.Entry<byte[], byte[]>> records, long nowNanos) {
    this(
        settings,
        Quirks.NONE,
        new StoredBalances(settings.maxFreeClientsKnown()),
        records,
        nowNanos);
  }

  ClientPool(
      PoolSettings settings,
      Quirks quirks,
      StoredBalances stored,
      Iterator<Map.Entry<byte[], byte[]>> records,
      long nowNanos) {
    this.settings = settings;
    this.quirks = quirks;
    this.nowNanos = nowNanos;
    connectedBiasNanos = settings.connectedBiasNanos();
    book = new BalanceBook(settings, quirks, new OwnSignals(), timers, stored, records, nowNanos);
    pool =
        new PriorityPool(
            settings.minCapacity(), connectedBiasNanos, new BalancePriorities(), nowNanos);
    timers.arm(cleanUp, nowNanos, CLEAN_UP_NANOS);
    timers.arm(snapshot, nowNanos, SNAPSHOT_NANOS);
  }

  /**
   * A client connected. It may be given capacity at once, within this call; otherwise it waits, and
   * is dropped after its allowance unless it has tokens.
   *
   * @param freeClientId what its negative balance is kept under
   * @param reserved whether it is one of the operator's own
   * @param inactiveAllowanceNanos how long it may wait without capacity; 0: it is dropped at the
   *     next {@link #onTime}
   */
  public PoolClient register(
      ClientId id,
      String freeClientId,
      boolean reserved,
      long inactiveAllowanceNanos,
      PoolListener listener,
      long nowNanos) {
    begin(nowNanos);
    if (clients.containsKey(id)) {
      busy = false;
      throw new IllegalStateException("Client " + id + " is registered already");
    }
    PoolClient client =
        new PoolClient(
            id,
            freeClientId,
            reserved,
            inactiveAllowanceNanos,
            listener,
            () -> onInactiveTimeout(id),
            this::onGraceOver);
    clients.put(id, client);
    book.connect(freeClientId);
    ClientBalance balance = new ClientBalance(book, id, freeClientId, client);
    if (balance.gainPriority()) {
      setFlags(client, PoolClient.PRIORITY, 0);
    }
    balance.setFactors(defaultPositiveFactors, defaultNegativeFactors);
    client.openBalance = balance;
    client.kind = kindOf(client);
    setFlags(client, PoolClient.INACTIVE, 0);
    end();
    return client;
  }

  /** A client disconnected; for one that is not registered any more nothing happens. */
  public void unregister(PoolClient client, long nowNanos) {
    if (busy) {
      consequences.add(() -> remove(client));
      return;
    }
    begin(nowNanos);
    remove(client);
    end();
  }

  /** Sets how many clients may be active with how much capacity, both not negative. */
  public void setLimits(long maxCount, long maxCapacity, long nowNanos) {
    if (maxCount < 0 || maxCapacity < 0) {
      throw new IllegalArgumentException(
          "Limits must not be negative: " + maxCount + " clients, capacity " + maxCapacity);
    }
    begin(nowNanos);
    cause = DropReason.LIMITS_LOWERED;
    apply(pool.setLimits(maxCount, maxCapacity));
    end();
  }

  /**
   * Sets what is kept for the operator's own clients and, of the rest, for clients without tokens.
   * Shares larger than the limits count as the limits.
   */
  public void setShares(Share own, Share free, long nowNanos) {
    begin(nowNanos);
    cause = DropReason.RESERVED;
    apply(pool.setShares(own, free));
    end();
  }

  /** For how long active clients are favoured over newcomers. */
  public void setConnectedBias(long biasNanos, long nowNanos) {
    if (biasNanos < 0) {
      throw new IllegalArgumentException("The bias must not be negative: " + biasNanos);
    }
    begin(nowNanos);
    connectedBiasNanos = biasNanos;
    apply(pool.setActiveBias(biasNanos));
    end();
  }

  /** The factors of clients that register from now on. */
  public void setDefaultFactors(PriceFactors positive, PriceFactors negative) {
    defaultPositiveFactors = positive;
    defaultNegativeFactors = negative;
  }

  /** Factors of clients that register from now on: for positive balances. */
  public PriceFactors defaultPositiveFactors() {
    return defaultPositiveFactors;
  }

  /** Factors of clients that register from now on: for negative balances. */
  public PriceFactors defaultNegativeFactors() {
    return defaultNegativeFactors;
  }

  /** Changes the factors of one client; what it used so far is charged at the old ones. */
  public void setPriceFactors(
      PoolClient client, PriceFactors positive, PriceFactors negative, long nowNanos) {
    ClientBalance balance = client.balance();
    begin(nowNanos);
    balance.setFactors(positive, negative);
    end();
  }

  /**
   * For how long a client keeps its capacity when its tokens are used up, as long as nobody waits
   * for capacity and nobody with a higher priority wants it.
   *
   * @param graceNanos 0 unless set: the client is cut to the minimum at once, as in geth
   */
  public void setGrace(PoolClient client, long graceNanos) {
    if (graceNanos < 0) {
      throw new IllegalArgumentException("The grace must not be negative: " + graceNanos);
    }
    client.graceNanos = graceNanos;
  }

  /** A client's factor for its positive balance. */
  public PriceFactors positiveFactors(PoolClient client) {
    return client.balance().positiveFactors();
  }

  /** A client's factor for its negative balance. */
  public PriceFactors negativeFactors(PoolClient client) {
    return client.balance().negativeFactors();
  }

  /** In how many seconds balances fall by the factor e, from now on; 0: they do not expire. */
  public void setTimeConstants(long positiveSeconds, long negativeSeconds, long nowNanos) {
    begin(nowNanos);
    book.setTimeConstants(positiveSeconds, negativeSeconds);
    end();
  }

  /** Adds tokens (or takes away what is there) to a client, connected or not. */
  public BalanceChange addBalance(ClientId id, long amount, long nowNanos) {
    return operate(id, "", nowNanos, balance -> balance.addPositive(amount));
  }

  /**
   * Sets both balances of a client, connected or not.
   *
   * @param freeClientId what the negative balance is kept under if the client is not connected
   */
  public void setBalance(
      ClientId id, String freeClientId, long positive, long negative, long nowNanos) {
    if (positive < 0 || negative < 0) {
      throw new IllegalArgumentException(
          "Balances must be from 0 to 2^63 - 1, not "
              + Long.toUnsignedString(positive)
              + " and "
              + Long.toUnsignedString(negative));
    }
    operate(
        id,
        freeClientId,
        nowNanos,
        balance -> {
          balance.setBalances(positive, negative);
          return balance;
        });
  }

  /** A client's balances. */
  public record Balances(long positive, long negative) {}

  /** The balances of a client, connected or not. */
  public Balances balances(ClientId id, String freeClientId, long nowNanos) {
    return operate(
        id,
        freeClientId,
        nowNanos,
        balance ->
            new Balances(
                BalanceBook.shown(balance.positive()), BalanceBook.shown(balance.negative())));
  }

  /** The balances as they are stored. */
  Balance rawBalances(ClientId id, String freeClientId, long nowNanos) {
    return operate(id, freeClientId, nowNanos, ClientBalance::current);
  }

  /**
   * Charges a served request and gives the tokens that are left. A client that left meanwhile pays
   * from what was stored.
   */
  public long requestServed(PoolClient client, long cost, long nowNanos) {
    if (cost < 0) {
      throw new IllegalArgumentException("A request cannot cost less than nothing: " + cost);
    }
    begin(nowNanos);
    long left;
    if (client.isActive() || (client.registered && quirks.inactivePaysNothing())) {
      left = client.balance().requestServed(cost);
    } else if (client.registered) {
      left = client.balance().payAndStore(cost);
    } else {
      left = client.balanceOfLeft(book).payAndStore(cost);
    }
    end();
    return BalanceBook.shown(left);
  }

  /**
   * Asks for a capacity for an active client. Below the minimum the minimum is given; above it
   * tokens are needed, or that the client is the operator's own.
   *
   * @param biasNanos for how long the client should be able to keep it, at least the connected bias
   * @param requested whether to tell the client that the change is its own request's
   */
  public CapacityReply requestCapacity(
      PoolClient client, long capacity, long biasNanos, boolean requested, long nowNanos) {
    if (!client.registered) {
      return new CapacityReply.Refused(0, Refusal.NOT_CONNECTED);
    }
    begin(nowNanos);
    requester = requested ? client : null;
    CapacityReply reply = assign(client, capacity, Math.max(biasNanos, connectedBiasNanos));
    if (quirks.requestedIsLost()) {
      requester = null;
    }
    end();
    return reply;
  }

  /**
   * What capacities a client, connected or not, would get after adding tokens.
   *
   * @param addTokens the amounts, below zero for taking away
   * @param biasNanos for how long it should be able to keep the capacity
   * @return one capacity for each amount; 0 where not even the minimum can be had
   */
  public List<Long> capacityQuery(
      ClientId id, String freeClientId, List<Long> addTokens, long biasNanos, long nowNanos) {
    // Differs from geth, which divides by the capacity once more (CapacityQueryTest)
    return capacityQuery(
        id, freeClientId, addTokens, biasNanos, (priority, capacity) -> priority, nowNanos);
  }

  /** The same with a function of priority and capacity that decides instead of the priority. */
  List<Long> capacityQuery(
      ClientId id,
      String freeClientId,
      List<Long> addTokens,
      long biasNanos,
      LongBinaryOperator decisive,
      long nowNanos) {
    return operate(
        id,
        freeClientId,
        nowNanos,
        balance -> {
          long bias = Math.max(biasNanos, connectedBiasNanos);
          CapacityCurve curve = curveFor(id);
          long tokens = balance.positive();
          List<Long> capacities = new ArrayList<>();
          for (long add : addTokens) {
            long most =
                curve.maxCapacity(
                    capacity ->
                        decisive.applyAsLong(
                            balance.estimatePriority(capacity, add, 0, bias, false), capacity));
            capacities.add(withinRights(most, id, add, tokens));
          }
          return capacities;
        });
  }

  /** Runs what is due. */
  public void onTime(long nowNanos) {
    begin(nowNanos);
    timers.fireDue(this.nowNanos, this::performConsequences);
    end();
  }

  /** When {@link #onTime} is needed next. */
  public long nextDeadlineNanos() {
    return timers.nextNanos();
  }

  /** A registered client. */
  public Optional<PoolClient> client(ClientId id) {
    return Optional.ofNullable(clients.get(id));
  }

  /** All registered clients, in the order of registration. */
  public Collection<PoolClient> clients() {
    return Collections.unmodifiableCollection(clients.values());
  }

  /** Node ids with stored tokens from the first (included) to the last (excluded), in order. */
  public List<ClientId> positiveBalanceIds(ClientId first, ClientId last, int max) {
    return book.positiveIds(first, last, max);
  }

  /** The sum of all tokens in existence, up to 10 seconds old. */
  public long totalTokens(long nowNanos) {
    begin(nowNanos);
    long total = book.totalTokens(clients.values());
    end();
    return BalanceBook.shown(total);
  }

  /** The pool in numbers. */
  public PoolTotals totals() {
    Limits limits = pool.limits();
    return new PoolTotals(
        limits.count(),
        limits.capacity(),
        limits.capacity(Kind.PRIORITY),
        limits.capacity(Kind.OWN),
        pool.inactiveCount(),
        limits.maxCount(),
        limits.maxCapacity(),
        book.knownCount(),
        connectedEvents,
        activatedEvents,
        deactivatedEvents,
        disconnectedEvents);
  }

  /** What is to be written since the last call, as one batch. */
  public Changes drainChanges() {
    Changes changes = new Changes();
    if (offsetsDue || book.hasChanges()) {
      offsetsDue = false;
      book.drainTo(changes);
    }
    return changes;
  }

  /** Unregisters all clients, without telling them, so that their balances are in the changes. */
  public void stop(long nowNanos) {
    begin(nowNanos);
    for (PoolClient client : List.copyOf(clients.values())) {
      remove(client);
      performConsequences();
    }
    offsetsDue = true;
    end();
  }

  // ---- turns

  private void begin(long nowNanos) {
    if (busy) {
      throw new IllegalStateException("A listener of the pool may only unregister clients");
    }
    busy = true;
    cause = DropReason.OUTBID;
    this.nowNanos = Math.max(this.nowNanos, nowNanos);
    book.setNow(this.nowNanos);
    pool.setNow(this.nowNanos);
  }

  private void end() {
    performConsequences();
    while (giveUpGrace() || (!quirks.loweredWaits() && pool.hasRoomForWaiting())) {
      apply(pool.fill());
      performConsequences();
    }
    requester = null;
    busy = false;
  }

  private void performConsequences() {
    for (Runnable next = consequences.poll(); next != null; next = consequences.poll()) {
      next.run();
    }
  }

  /** Something done with the balance of a client that may not be connected. */
  private <T> T operate(
      ClientId id, String freeClientId, long nowNanos, Function<ClientBalance, T> operation) {
    begin(nowNanos);
    PoolClient client = clients.get(id);
    ClientBalance balance =
        client != null ? client.balance() : new ClientBalance(book, id, freeClientId, null);
    T result = operation.apply(balance);
    end();
    return result;
  }

  private void remove(PoolClient client) {
    if (!client.registered) {
      return;
    }
    client.registered = false;
    clients.remove(client.id());
    client.balance().deactivate();
    book.disconnect(client.freeClientId());
    timers.cancel(client.inactiveTimeout);
    boolean unused = endGrace(client);
    if ((client.flags & (PoolClient.ACTIVE | PoolClient.INACTIVE)) != 0) {
      disconnectedEvents++;
    }
    client.flags = 0;
    client.capacity = 0;
    List<PriorityPool.Update> updates = pool.disconnect(client);
    client.leave();
    apply(updates);
  }

  private CapacityReply assign(PoolClient client, long wanted, long biasNanos) {
    long present = client.capacity;
    if (present == 0) {
      return new CapacityReply.Assigned(0); // it is activated as soon as there is room
    }
    long min = settings.minCapacity();
    long target = Math.max(wanted, min);
    if (target > min && !client.hasPriority() && !client.reserved()) {
      return new CapacityReply.Refused(present, Refusal.NO_PRIORITY);
    }
    if (target == present) {
      return new CapacityReply.Assigned(present);
    }
    long least = target;
    if (target > present && quirks.curveFirst()) {
      if (reachable(client, biasNanos) < target) {
        return new CapacityReply.Assigned(present);
      }
      least = Math.max(target - target / 20, present);
    }
    List<PriorityPool.Update> updates = new ArrayList<>();
    long given = pool.requestCapacity(client, least, target, biasNanos, updates);
    apply(updates);
    if (quirks.curveFirst() && (given < least || given > target)) {
      return new CapacityReply.Refused(present, Refusal.CANNOT_FIND_MAXIMUM);
    }
    return new CapacityReply.Assigned(given);
  }

  /** The highest capacity that a client could be given, by the curve. */
  long reachable(PoolClient client, long biasNanos) {
    ClientBalance balance = client.balance();
    return curveFor(client.id())
        .maxCapacity(capacity -> balance.estimatePriority(capacity, 0, 0, biasNanos, false));
  }

  private CapacityCurve curveFor(ClientId id) {
    PoolClient client = clients.get(id);
    Kind kind = client != null ? client.kind : Kind.PRIORITY;
    return pool.curve(kind).excluding(id);
  }

  private long withinRights(long capacity, ClientId id, long add, long tokens) {
    PoolClient client = clients.get(id);
    boolean own = client != null && client.reserved();
    long min = settings.minCapacity();
    if (capacity < min) {
      return 0;
    }
    boolean noTokens = add <= 0 && Long.compareUnsigned(-add, tokens) >= 0;
    return noTokens && !own ? min : capacity;
  }

  // ---- consequences

  private void apply(List<PriorityPool.Update> updates) {
    for (PriorityPool.Update update : updates) {
      PoolClient client = update.client();
      if (update.oldCapacity() == 0) {
        activatedEvents++;
        setFlags(client, PoolClient.ACTIVE, PoolClient.INACTIVE);
      }
      if (update.newCapacity() == 0) {
        deactivatedEvents++;
        client.dropReason = cause;
        setFlags(client, PoolClient.INACTIVE, PoolClient.ACTIVE);
      }
      setCapacity(client, update.newCapacity());
    }
  }

  private void setFlags(PoolClient client, int set, int reset) {
    int before = client.flags;
    int after = (before & ~reset) | set;
    client.flags = after;
    if (((set | reset) & PoolClient.INACTIVE) != 0) {
      timers.cancel(client.inactiveTimeout);
    }
    if (before != after) {
      consequences.add(() -> onFlags(client, before, after));
    }
  }

  private void onFlags(PoolClient client, int before, int after) {
    int places = PoolClient.ACTIVE | PoolClient.INACTIVE;
    if (((before ^ after) & places) != 0) {
      if ((before & places) == 0) {
        connectedEvents++;
        apply(pool.connect(client));
      }
      if ((after & places) == 0) {
        disconnectedEvents++;
        apply(pool.disconnect(client));
      }
    }
    if (((before ^ after) & PoolClient.PRIORITY) != 0 && client.registered) {
      apply(pool.setKind(client, kindOf(client)));
    }
    if (after == PoolClient.INACTIVE && client.isInactive()) {
      timers.arm(client.inactiveTimeout, nowNanos, client.inactiveAllowanceNanos());
    }
    if (before == PoolClient.INACTIVE && after == (PoolClient.INACTIVE | PoolClient.PRIORITY)) {
      timers.cancel(client.inactiveTimeout);
    }
    if (after == PoolClient.ACTIVE) {
      if (client.graceNanos > 0 && hasMore(client)) {
        graced.add(client);
        timers.arm(client.graceTimer, nowNanos, client.graceNanos);
      } else {
        cutToMinimum(client);
      }
    } else {
      boolean unused = endGrace(client);
    }
    if (after == 0 && client.registered) {
      client.listener().onDropped(client.dropReason);
    }
  }

  private boolean hasMore(PoolClient client) {
    return client.capacity > settings.minCapacity() && !client.reserved();
  }

  /** A client whose tokens are used up has no right to more than the minimum. */
  private void cutToMinimum(PoolClient client) {
    if (hasMore(client)) {
      List<PriorityPool.Update> updates = new ArrayList<>();
      pool.requestCapacity(client, settings.minCapacity(), settings.minCapacity(), 0, updates);
      apply(updates);
    }
  }

  private boolean endGrace(PoolClient client) {
    timers.cancel(client.graceTimer);
    return graced.remove(client);
  }

  private void onGraceOver(PoolClient client) {
    if (endGrace(client) && client.registered && client.isActive() && !client.hasPriority()) {
      cutToMinimum(client);
    }
  }

  /** What is kept for the love of it is given up as soon as anybody waits for capacity. */
  private boolean giveUpGrace() {
    if (graced.isEmpty() || pool.inactiveCount() == 0) {
      return false;
    }
    List.copyOf(graced).forEach(this::onGraceOver);
    return true;
  }

  private void setCapacity(PoolClient client, long capacity) {
    long before = client.capacity;
    client.capacity = capacity;
    if (before != capacity) {
      consequences.add(() -> onCapacity(client, before, capacity));
    }
  }

  private void onCapacity(PoolClient client, long before, long after) {
    ClientBalance balance = client.openBalance;
    if (balance == null) {
      return;
    }
    if (before == 0) {
      balance.activate();
    }
    if (after != 0) {
      balance.setCapacity(after);
    } else {
      balance.deactivate();
    }
    client.listener().onCapacity(after, client.equals(requester));
  }

  private void onInactiveTimeout(ClientId id) {
    PoolClient client = clients.get(id);
    if (client != null && client.isInactive()) {
      setFlags(client, 0, PoolClient.INACTIVE);
    }
  }

  private void cleanUp() {
    book.forgetExpired();
    timers.arm(cleanUp, nowNanos, CLEAN_UP_NANOS);
  }

  private void snapshot() {
    for (PoolClient client : clients.values()) {
      if (client.isActive()) {
        book.snapshot(client.balance());
      }
    }
    offsetsDue = true;
    timers.arm(snapshot, nowNanos, SNAPSHOT_NANOS);
  }

  private static Kind kindOf(PoolClient client) {
    if (client.reserved()) {
      return Kind.OWN;
    }
    return client.balance().hasPriority() ? Kind.PRIORITY : Kind.FREE;
  }

  private final class OwnSignals implements BalanceBook.Signals {
    @Override
    public void onPriorityGained(PoolClient client) {
      setFlags(client, PoolClient.PRIORITY, 0);
    }

    @Override
    public void onPriorityLost(PoolClient client) {
      setFlags(client, 0, PoolClient.PRIORITY);
    }

    @Override
    public void onPriorityChanged(PoolClient client) {
      consequences.add(() -> apply(pool.updatePriority(client)));
    }
  }

  private static final class BalancePriorities implements Priorities {
    @Override
    public long priority(PoolClient client, long capacity) {
      return client.balance().priority(capacity);
    }

    @Override
    public long estimate(
        PoolClient client, long capacity, long futureNanos, long biasNanos, boolean watch) {
      return client.balance().estimatePriority(capacity, 0, futureNanos, biasNanos, watch);
    }
  }
}
