package io.lesnode.contracts.testing;

import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A value that changes at blocks and can be read as of any of them. */
final class History<T> {
  private final TreeMap<Long, T> values = new TreeMap<>();

  /** The value after {@code block}, null when it was not set by then. */
  @Nullable T at(long block) {
    Map.Entry<Long, T> entry = values.floorEntry(block);
    return entry == null ? null : entry.getValue();
  }

  /** The block of the last change up to {@code block}; the value must be set by then. */
  long since(long block) {
    return values.floorKey(block);
  }

  void put(long block, T value) {
    values.put(block, value);
  }

  /** Forgets every change after {@code block}. */
  void cutAfter(long block) {
    values.tailMap(block, false).clear();
  }

  void forEach(long from, long to, Consumer<T> action) {
    if (from <= to) {
      values.subMap(from, true, to, true).values().forEach(action);
    }
  }
}
