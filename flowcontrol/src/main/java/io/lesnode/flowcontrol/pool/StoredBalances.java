package io.lesnode.flowcontrol.pool;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/**
 * The balances of all known clients, and which of them changed since the changes were last handed
 * out; confined like the pool.
 *
 * <p>Positive balances are as many as the operator grants. Negative ones are made by strangers and
 * therefore bounded: when there are too many, the smallest tenth is forgotten. Not final for a test
 * that keeps what geth's cache would keep.
 */
class StoredBalances {

  private final NavigableMap<ClientId, ExpiredValue> positive = new TreeMap<>();
  private final Map<String, ExpiredValue> negative = new HashMap<>();
  private final Set<ClientId> changedPositive = new LinkedHashSet<>();
  private final Set<String> changedNegative = new LinkedHashSet<>();

  /** What connected clients have now, written instead of what they had when they became active. */
  private final Map<ClientId, ExpiredValue> livePositive = new HashMap<>();

  private final Map<String, ExpiredValue> liveNegative = new HashMap<>();
  private final int maxNegative;

  StoredBalances(int maxNegative) {
    this.maxNegative = maxNegative;
  }

  void load(ClientId id, ExpiredValue value) {
    positive.put(id, value);
  }

  void load(String freeClientId, ExpiredValue value) {
    negative.put(freeClientId, value);
  }

  @Nullable ExpiredValue get(ClientId id) {
    return positive.get(id);
  }

  @Nullable ExpiredValue get(String freeClientId) {
    return negative.get(freeClientId);
  }

  void put(ClientId id, ExpiredValue value) {
    positive.put(id, value.copy());
    livePositive.remove(id);
    changedPositive.add(id);
  }

  void put(String freeClientId, ExpiredValue value, long logOffset) {
    negative.put(freeClientId, value.copy());
    liveNegative.remove(freeClientId);
    changedNegative.add(freeClientId);
    if (negative.size() > maxNegative) {
      forgetSmallest(logOffset);
    }
  }

  /** Removes a balance; a snapshot of it may be on disk even where none is known. */
  void remove(ClientId id) {
    livePositive.remove(id);
    positive.remove(id);
    changedPositive.add(id);
  }

  /** Removes a balance; a snapshot of it may be on disk even where none is known. */
  void remove(String freeClientId) {
    liveNegative.remove(freeClientId);
    negative.remove(freeClientId);
    changedNegative.add(freeClientId);
  }

  /** Hands out what a connected client has now, without making it what is known. */
  void snapshot(ClientId id, ExpiredValue value) {
    livePositive.put(id, value.copy());
    changedPositive.add(id);
  }

  /** Hands out what a connected client has now, without making it what is known. */
  void snapshot(String freeClientId, ExpiredValue value) {
    liveNegative.put(freeClientId, value.copy());
    changedNegative.add(freeClientId);
  }

  int size() {
    return positive.size() + negative.size();
  }

  Iterable<ExpiredValue> positives() {
    return positive.values();
  }

  boolean hasChanges() {
    return !changedPositive.isEmpty() || !changedNegative.isEmpty();
  }

  /** Adds all changes and forgets that they are. */
  void drainTo(Changes changes) {
    for (ClientId id : changedPositive) {
      ExpiredValue live = livePositive.get(id);
      write(changes, BalanceRecords.positiveKey(id), live != null ? live : positive.get(id));
    }
    for (String freeClientId : changedNegative) {
      ExpiredValue live = liveNegative.get(freeClientId);
      byte[] key = BalanceRecords.negativeKey(freeClientId);
      write(changes, key, live != null ? live : negative.get(freeClientId));
    }
    changedPositive.clear();
    changedNegative.clear();
    livePositive.clear();
    liveNegative.clear();
  }

  /** Ids with tokens from the first (included) to the last (excluded), in order. */
  List<ClientId> positiveIds(ClientId first, ClientId last, int max) {
    List<ClientId> ids = new ArrayList<>();
    if (first.compareTo(last) >= 0) {
      return ids;
    }
    for (ClientId id : positive.subMap(first, true, last, false).keySet()) {
      if (ids.size() >= max) {
        break;
      }
      ids.add(id);
    }
    return ids;
  }

  /** Removes all balances of which the predicate (value, negative) says so. */
  void removeIf(BiPredicate<ExpiredValue, Boolean> expired) {
    Iterator<Map.Entry<ClientId, ExpiredValue>> tokens = positive.entrySet().iterator();
    while (tokens.hasNext()) {
      Map.Entry<ClientId, ExpiredValue> entry = tokens.next();
      if (expired.test(entry.getValue(), false)) {
        tokens.remove();
        changedPositive.add(entry.getKey());
      }
    }
    Iterator<Map.Entry<String, ExpiredValue>> debts = negative.entrySet().iterator();
    while (debts.hasNext()) {
      Map.Entry<String, ExpiredValue> entry = debts.next();
      if (expired.test(entry.getValue(), true)) {
        debts.remove();
        changedNegative.add(entry.getKey());
      }
    }
  }

  private void forgetSmallest(long logOffset) {
    long[] values =
        negative.values().stream().mapToLong(value -> value.valueAt(logOffset)).toArray();
    Arrays.sort(values);
    long limit = values[values.length / 10];
    removeIf((value, isNegative) -> isNegative && value.valueAt(logOffset) <= limit);
  }

  private static void write(Changes changes, byte[] key, @Nullable ExpiredValue value) {
    if (value == null || value.isZero()) {
      changes.delete(key);
    } else {
      changes.put(key, BalanceRecords.value(value));
    }
  }
}
