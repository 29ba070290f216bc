package io.lesnode.flowcontrol.pool;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A pool with a clock and clients that are numbers; each has an address of its own. */
final class PoolBench {

  static final long SECOND = 1_000_000_000L;
  static final long MINUTE = 60 * SECOND;
  static final PriceFactors TIME_AND_REQUESTS = new PriceFactors(1, 0, 1);

  final MemoryStore store = new MemoryStore();
  final List<Integer> dropped = new ArrayList<>();
  final List<DropReason> reasons = new ArrayList<>();
  final Map<Integer, Long> capacities = new HashMap<>();
  final Map<Integer, PoolClient> connected = new LinkedHashMap<>();
  long now;
  long inactiveAllowanceNanos;
  ClientPool pool;

  PoolBench(PoolSettings settings) {
    pool = new ClientPool(settings, store.records(), now);
  }

  static ClientId id(int client) {
    return new ClientId((long) client << 32, 0, 0, client);
  }

  static String address(int client) {
    return "addr #" + client;
  }

  /** A client of no pool. */
  static PoolClient unregistered(int client) {
    PoolListener deaf =
        new PoolListener() {
          @Override
          public void onCapacity(long capacity, boolean requested) {}

          @Override
          public void onDropped(DropReason reason) {}
        };
    return new PoolClient(id(client), address(client), false, 0, deaf, () -> {}, over -> {});
  }

  /** Lets time pass, running what is due as a node would: at its time. */
  void run(long nanos) {
    long end = now + nanos;
    while (pool.nextDeadlineNanos() <= end) {
      now = Math.max(now, pool.nextDeadlineNanos());
      pool.onTime(now);
    }
    now = end;
    pool.onTime(now);
  }

  long connect(int client) {
    return connect(client, false);
  }

  long connect(int client, boolean reserved) {
    PoolListener listener =
        new PoolListener() {
          @Override
          public void onCapacity(long capacity, boolean requested) {
            capacities.put(client, capacity);
          }

          @Override
          public void onDropped(DropReason reason) {
            dropped.add(client);
            reasons.add(reason);
          }
        };
    capacities.put(client, 0L);
    connected.put(
        client,
        pool.register(
            id(client), address(client), reserved, inactiveAllowanceNanos, listener, now));
    return capacity(client);
  }

  void disconnect(int client) {
    PoolClient handle = connected.remove(client);
    if (handle != null) {
      pool.unregister(handle, now);
    }
  }

  /** Disconnects the clients that were dropped, and says which. */
  List<Integer> disconnectDropped() {
    List<Integer> gone = List.copyOf(dropped);
    dropped.clear();
    gone.forEach(this::disconnect);
    return gone;
  }

  long capacity(int client) {
    return capacities.getOrDefault(client, 0L);
  }

  PoolClient client(int client) {
    PoolClient handle = connected.get(client);
    if (handle == null) {
      throw new AssertionError("client " + client + " is not connected");
    }
    return handle;
  }

  CapacityReply request(int client, long capacity) {
    return pool.requestCapacity(
        client(client), capacity, PoolSettings.DEFAULT_CONNECTED_BIAS_NANOS, true, now);
  }

  BalanceChange add(int client, long amount) {
    return pool.addBalance(id(client), amount, now);
  }

  ClientPool.Balances balances(int client) {
    return pool.balances(id(client), address(client), now);
  }

  /** Stops without a farewell, as a kill does, and opens what reached the disk. */
  void killAndReopen(PoolSettings settings) {
    store.write(pool.drainChanges());
    connected.clear();
    pool = new ClientPool(settings, store.records(), now);
  }
}
