package io.lesnode.flowcontrol.pool;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Balances behind geth's cache: what the hourly clean-up removes from the disk is still found, if
 * it was read or written before. Recorded runs show it.
 */
final class GethCache extends StoredBalances {

  private final Map<ClientId, ExpiredValue> positive = new HashMap<>();
  private final Map<String, ExpiredValue> negative = new HashMap<>();

  GethCache() {
    super(8192);
  }

  @Override
  @Nullable ExpiredValue get(ClientId id) {
    ExpiredValue value = positive.containsKey(id) ? positive.get(id) : super.get(id);
    if (value != null) {
      positive.put(id, value.copy());
    }
    return value;
  }

  @Override
  @Nullable ExpiredValue get(String freeClientId) {
    ExpiredValue value =
        negative.containsKey(freeClientId) ? negative.get(freeClientId) : super.get(freeClientId);
    if (value != null) {
      negative.put(freeClientId, value.copy());
    }
    return value;
  }

  @Override
  void put(ClientId id, ExpiredValue value) {
    super.put(id, value);
    positive.put(id, value.copy());
  }

  @Override
  void put(String freeClientId, ExpiredValue value, long logOffset) {
    super.put(freeClientId, value, logOffset);
    negative.put(freeClientId, value.copy());
  }

  @Override
  void remove(ClientId id) {
    super.remove(id);
    positive.remove(id);
  }

  @Override
  void remove(String freeClientId) {
    super.remove(freeClientId);
    negative.remove(freeClientId);
  }
}
