package io.lesnode.les.client;

import java.util.LinkedHashMap;
import java.util.Map;

/** A map that forgets the least recently used entry beyond its limit. Confined like its owner. */
final class BoundedMap<K, V> extends LinkedHashMap<K, V> {
  private static final long serialVersionUID = 1L;

  private final int limit;

  BoundedMap(int limit) {
    super(16, 0.75f, true);
    this.limit = limit;
  }

  @Override
  protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
    return size() > limit;
  }
}
