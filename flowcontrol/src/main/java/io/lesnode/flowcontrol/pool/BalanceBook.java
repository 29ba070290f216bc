package io.lesnode.flowcontrol.pool;

import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;

/**
 * All balances: what is stored, how it expires, and the sum of all tokens in existence; confined
 * like the pool.
 *
 * <p>The sum is kept incrementally in two parts. What active clients pay for time is not taken from
 * it at once; that part is summed up anew at most every 10 seconds.
 *
 * <p>Reference: geth v1.10.26, les/vflux/server/balance_tracker.go.
 */
final class BalanceBook {

  /** What a connected client is told about its own priority. */
  interface Signals {
    void onPriorityGained(PoolClient client);

    void onPriorityLost(PoolClient client);

    void onPriorityChanged(PoolClient client);
  }

  /** Smaller negative balances are not worth a record. */
  static final long STORE_THRESHOLD = 1_000_000;

  private static final long TOTAL_REFRESH_NANOS = 10_000_000_000L;

  private final Quirks quirks;
  private final Signals signals;
  private final Timers timers;
  private final StoredBalances stored;
  private final Expirer positiveExpirer;
  private final Expirer negativeExpirer;
  private final Balance scratch;
  private final Map<String, SharedNegative> connected = new HashMap<>();
  private final ExpiredValue activeTokens = new ExpiredValue();
  private final ExpiredValue inactiveTokens = new ExpiredValue();
  private boolean tokensExpire;
  private long totalNanos;
  private long nowNanos;

  BalanceBook(
      PoolSettings settings,
      Quirks quirks,
      Signals signals,
      Timers timers,
      StoredBalances stored,
      Iterator<Map.Entry<byte[], byte[]>> records,
      long nowNanos) {
    this.quirks = quirks;
    this.signals = signals;
    this.timers = timers;
    this.nowNanos = nowNanos;
    this.totalNanos = nowNanos;
    this.stored = stored;
    positiveExpirer = new Expirer(nowNanos);
    negativeExpirer = new Expirer(nowNanos);
    scratch = new Balance(positiveExpirer, negativeExpirer);
    load(records);
    setTimeConstants(
        settings.positiveTimeConstantSeconds(), settings.negativeTimeConstantSeconds());
  }

  /** Amounts are shown as signed numbers; rounding may bring them just above the largest one. */
  static long shown(long unsigned) {
    return unsigned < 0 ? Long.MAX_VALUE : unsigned;
  }

  long nowNanos() {
    return nowNanos;
  }

  void setNow(long nowNanos) {
    this.nowNanos = nowNanos;
  }

  Quirks quirks() {
    return quirks;
  }

  Signals signals() {
    return signals;
  }

  Timers timers() {
    return timers;
  }

  /** A balance for estimates; whoever takes it uses it up before anybody else does. */
  Balance scratch() {
    return scratch;
  }

  void setTimeConstants(long positiveSeconds, long negativeSeconds) {
    tokensExpire = positiveSeconds != 0;
    positiveExpirer.setTimeConstant(positiveSeconds, nowNanos);
    negativeExpirer.setTimeConstant(negativeSeconds, nowNanos);
  }

  /**
   * The balances of a client. While clients with the same free client id are connected, all of them
   * have one negative balance.
   *
   * <p>Differs from geth, where each of them goes on from the stored one and the last to leave
   * overwrites what the others have had for nothing, so that whoever connects twice is served for
   * half (SharedAddressTest).
   */
  Balance load(ClientId id, String freeClientId) {
    SharedNegative shared = connected.get(freeClientId);
    ExpiredValue negative = shared != null ? shared.value : storedNegative(freeClientId);
    Balance balance = new Balance(positiveExpirer, negativeExpirer, negative);
    ExpiredValue positive = stored.get(id);
    if (positive != null) {
      balance.positive.set(positive);
    }
    return balance;
  }

  private ExpiredValue storedNegative(String freeClientId) {
    ExpiredValue known = stored.get(freeClientId);
    return known != null ? known.copy() : new ExpiredValue();
  }

  /** A client connects; to be called before its balance is loaded. */
  void connect(String freeClientId) {
    if (!quirks.addressIsOverwritten()) {
      connected.computeIfAbsent(freeClientId, id -> new SharedNegative(storedNegative(id)))
          .clients++;
    }
  }

  /** A client is gone; to be called after its balance is stored. */
  void disconnect(String freeClientId) {
    SharedNegative shared = connected.get(freeClientId);
    if (shared != null && --shared.clients == 0) {
      connected.remove(freeClientId);
    }
  }

  /** The negative balance of connected clients with the same address, and how many they are. */
  private static final class SharedNegative {
    private final ExpiredValue value;
    private int clients;

    SharedNegative(ExpiredValue value) {
      this.value = value;
    }
  }

  void store(ClientId id, ExpiredValue value) {
    if (isSmall(value, false)) {
      stored.remove(id);
    } else {
      stored.put(id, value);
    }
  }

  void store(String freeClientId, ExpiredValue value) {
    if (isSmall(value, true)) {
      stored.remove(freeClientId);
    } else {
      stored.put(freeClientId, value, negativeExpirer.logOffset(nowNanos));
    }
  }

  /** Hands out what a connected client has now. */
  void snapshot(ClientBalance client) {
    Balance balance = client.projected();
    ExpiredValue none = new ExpiredValue();
    stored.snapshot(client.id(), isSmall(balance.positive, false) ? none : balance.positive);
    stored.snapshot(
        client.freeClientId(), isSmall(balance.negative, true) ? none : balance.negative);
  }

  /** Performs a change of a balance, if it says that it was made, and adjusts the sum of tokens. */
  boolean changeTotal(ClientBalance client, BooleanSupplier change) {
    ExpiredValue before = client.tokens().copy();
    boolean wasActive = client.isActive();
    if (!change.getAsBoolean()) {
      return false;
    }
    (wasActive ? activeTokens : inactiveTokens).subtract(before);
    (client.isActive() ? activeTokens : inactiveTokens).add(client.tokens());
    return true;
  }

  /** The sum of all tokens. */
  long totalTokens(Iterable<PoolClient> clients) {
    if (nowNanos - totalNanos >= TOTAL_REFRESH_NANOS) {
      totalNanos = nowNanos;
      activeTokens.set(new ExpiredValue());
      for (PoolClient client : clients) {
        if (client.balance().isActive()) {
          activeTokens.add(client.balance().current().positive);
        }
      }
    }
    ExpiredValue total = activeTokens.copy();
    total.add(inactiveTokens);
    return total.valueAt(positiveExpirer.logOffset(nowNanos));
  }

  List<ClientId> positiveIds(ClientId first, ClientId last, int max) {
    return stored.positiveIds(first, last, max);
  }

  int knownCount() {
    return stored.size();
  }

  /** Forgets balances that expired to almost nothing. */
  void forgetExpired() {
    stored.removeIf(this::isSmall);
  }

  boolean hasChanges() {
    return stored.hasChanges();
  }

  /** All changes since the last time, with the offsets that they are relative to. */
  void drainTo(Changes changes) {
    stored.drainTo(changes);
    changes.put(
        BalanceRecords.expirationKey(),
        BalanceRecords.expirationValue(
            positiveExpirer.logOffset(nowNanos), negativeExpirer.logOffset(nowNanos)));
  }

  /**
   * Whether a balance is not worth a record. Tokens that do not expire always are: somebody may
   * have paid for them.
   *
   * <p>Differs from geth, which keeps no record of a million tokens or fewer either
   * (ServiceDeskTest, noKillBetweenTheLedgerAndThePoolLosesOrCreatesAToken).
   */
  private boolean isSmall(ExpiredValue value, boolean negative) {
    boolean isForgotten = negative || tokensExpire || quirks.fewTokensAreLost();
    long threshold = isForgotten ? STORE_THRESHOLD : 0;
    Expirer expirer = negative ? negativeExpirer : positiveExpirer;
    long amount = value.valueAt(expirer.logOffset(nowNanos));
    return Long.compareUnsigned(amount, threshold) <= 0;
  }

  private void load(Iterator<Map.Entry<byte[], byte[]>> records) {
    BalanceRecords.Reader reader =
        new BalanceRecords.Reader() {
          @Override
          public void positive(ClientId id, ExpiredValue value) {
            stored.load(id, value);
          }

          @Override
          public void negative(String freeClientId, ExpiredValue value) {
            stored.load(freeClientId, value);
          }

          @Override
          public void expiration(long positiveLogOffset, long negativeLogOffset) {
            positiveExpirer.setLogOffset(positiveLogOffset, nowNanos);
            negativeExpirer.setLogOffset(negativeLogOffset, nowNanos);
          }
        };
    while (records.hasNext()) {
      Map.Entry<byte[], byte[]> entry = records.next();
      BalanceRecords.read(entry.getKey(), entry.getValue(), reader);
    }
    stored.positives().forEach(inactiveTokens::add);
  }
}
