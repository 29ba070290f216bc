package io.lesnode.les.client.value;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.tuweni.bytes.Bytes;

/**
 * Where a client keeps what it learned of servers. Confined to its owner; calls must not block for
 * long, so that what is saved may reach the disk a little later.
 */
public interface ServerMemory {
  /** What was saved under a key. */
  Optional<Bytes> load(Bytes key);

  /** Everything saved under keys with this prefix. */
  List<Map.Entry<Bytes, Bytes>> entries(Bytes prefix);

  /** Saves values and removes those that are empty: all or none, now or soon. */
  void save(Map<Bytes, Optional<Bytes>> changes);

  /** One that forgets when the process ends. */
  static ServerMemory transientMemory() {
    Map<Bytes, Bytes> values = new HashMap<>();
    return new ServerMemory() {
      @Override
      public Optional<Bytes> load(Bytes key) {
        return Optional.ofNullable(values.get(key));
      }

      @Override
      public List<Map.Entry<Bytes, Bytes>> entries(Bytes prefix) {
        return values.entrySet().stream()
            .filter(entry -> entry.getKey().commonPrefixLength(prefix) == prefix.size())
            .map(entry -> Map.entry(entry.getKey(), entry.getValue()))
            .toList();
      }

      @Override
      public void save(Map<Bytes, Optional<Bytes>> changes) {
        changes.forEach(
            (key, value) ->
                value.ifPresentOrElse(v -> values.put(key, v), () -> values.remove(key)));
      }
    };
  }
}
