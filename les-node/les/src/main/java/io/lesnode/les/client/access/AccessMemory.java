package io.lesnode.les.client.access;

import io.lesnode.primitives.Address;
import io.lesnode.primitives.crypto.Keccak;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.jspecify.annotations.Nullable;

/**
 * What calls read the last time, so that at the next head it can be asked for in one go. The same
 * call (contract and input) needs the same again; another call of the same function needs at least
 * what the last two of its calls had in common. Bounded: the least recently used goes. Thread-safe.
 */
public final class AccessMemory {
  /** More than this is not asked for on mere suspicion: one full request and a half. */
  public static final int MAX_ITEMS = 96;

  private static final int SELECTOR_BYTES = 4;

  private final Map<Call, List<StateItem>> calls;
  private final Map<Function, Habit> functions;

  /** One call. */
  private record Call(Address to, Bytes32 inputHash) {}

  /** One function of a contract. */
  private record Function(Address to, Bytes selector) {}

  /**
   * What calls of a function read.
   *
   * @param last what the last one read
   * @param common what the last two read, null after a single one
   */
  private record Habit(Set<StateItem> last, @Nullable Set<StateItem> common) {
    private Set<StateItem> expected() {
      return common == null ? last : common;
    }
  }

  /** Remembers so many calls, and as many functions. */
  public AccessMemory(int limit) {
    calls = lru(limit);
    functions = lru(limit);
  }

  private static <K, V> Map<K, V> lru(int limit) {
    return new LinkedHashMap<>(16, 0.75f, true) {
      private static final long serialVersionUID = 1L;

      @Override
      protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
        return size() > limit;
      }
    };
  }

  /** What a call has read; later calls are expected to read the same. */
  public synchronized void learn(Address to, Bytes input, Collection<StateItem> read) {
    List<StateItem> items = read.stream().limit(MAX_ITEMS).toList();
    Function function = function(to, input);
    Habit before = functions.get(function);
    boolean sameCall = items.equals(calls.put(call(to, input), items));
    if (before == null) {
      functions.put(function, new Habit(Set.copyOf(items), null));
    } else if (!sameCall) {
      Set<StateItem> common = new LinkedHashSet<>(items);
      common.retainAll(before.last());
      functions.put(function, new Habit(Set.copyOf(items), Set.copyOf(common)));
    }
  }

  /** What a call will presumably read; empty if nothing like it was seen. */
  public synchronized List<StateItem> recall(Address to, Bytes input) {
    List<StateItem> same = calls.get(call(to, input));
    if (same != null) {
      return same;
    }
    Habit habit = functions.get(function(to, input));
    return habit == null ? List.of() : new ArrayList<>(habit.expected());
  }

  private static Call call(Address to, Bytes input) {
    return new Call(to, Keccak.keccak256(input));
  }

  private static Function function(Address to, Bytes input) {
    return new Function(to, input.slice(0, Math.min(SELECTOR_BYTES, input.size())).copy());
  }
}
