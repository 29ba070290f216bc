package io.lesnode.les.client;

import io.lesnode.chain.store.ClientBatch;
import io.lesnode.chain.store.ClientStore;
import io.lesnode.chain.store.StoreException;
import io.lesnode.les.client.value.ServerMemory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.apache.tuweni.bytes.Bytes;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What was learned of servers, in memory for the client loop and behind it on disk, written by
 * another thread. It remembers {@value #MAX_SERVERS} servers; the one that was saved longest ago
 * goes first. Confined to the client loop once it is made.
 */
final class StoredServerMemory implements ServerMemory {
  private static final Logger LOG = LoggerFactory.getLogger(StoredServerMemory.class);
  private static final int MAX_SERVERS = 2000;
  private static final List<Bytes> PREFIXES =
      List.of(ascii("vt:"), ascii("vtNode:"), ascii("server:"));
  private static final int MAX_ENTRIES = 2 * MAX_SERVERS + 1;

  private final ClientStore store;
  private final Executor writer;
  private final LinkedHashMap<Bytes, Bytes> values = new LinkedHashMap<>();

  /**
   * Reads what the store has; may block.
   *
   * @param writer writes to the disk, one task after another
   */
  StoredServerMemory(ClientStore store, Executor writer) {
    this.store = store;
    this.writer = writer;
    for (Bytes prefix : PREFIXES) {
      store.entries(prefix).forEach(entry -> values.put(entry.getKey(), entry.getValue()));
    }
  }

  private static Bytes ascii(String text) {
    return Bytes.wrap(text.getBytes(StandardCharsets.US_ASCII));
  }

  @Override
  public Optional<Bytes> load(Bytes key) {
    return Optional.ofNullable(values.get(key));
  }

  @Override
  public List<Map.Entry<Bytes, Bytes>> entries(Bytes prefix) {
    List<Map.Entry<Bytes, Bytes>> found = new ArrayList<>();
    values.forEach(
        (key, value) -> {
          if (key.commonPrefixLength(prefix) == prefix.size()) {
            found.add(Map.entry(key, value));
          }
        });
    return found;
  }

  @Override
  public void save(Map<Bytes, Optional<Bytes>> changes) {
    Map<Bytes, Optional<Bytes>> all = new LinkedHashMap<>(changes);
    changes.forEach(
        (key, value) -> {
          values.remove(key);
          value.ifPresent(v -> values.put(key, v));
        });
    while (values.size() > MAX_ENTRIES) {
      Bytes oldest = values.keySet().iterator().next();
      values.remove(oldest);
      all.put(oldest, Optional.empty());
    }
    writer.execute(() -> write(all));
  }

  private void write(Map<Bytes, Optional<Bytes>> changes) {
    try (ClientBatch batch = store.newBatch()) {
      changes.forEach(
          (key, value) -> value.ifPresentOrElse(v -> batch.put(key, v), () -> batch.remove(key)));
      batch.commit(false);
    } catch (StoreException e) {
      LOG.warn("What was learned of servers is not kept: {}", e.getMessage());
    }
  }
}
