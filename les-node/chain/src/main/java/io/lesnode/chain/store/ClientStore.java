package io.lesnode.chain.store;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.tuweni.bytes.Bytes;

/**
 * What a light client must remember besides its chain: how its servers served it, and its own
 * transactions. Plain keys and values; each part of the client has a key prefix of its own
 * (docs/store.md). Thread-safe: batches may come from several threads, each batch from one.
 *
 * <p>Reference: geth v1.10.26, database {@code les.client} (les/client.go).
 */
public final class ClientStore implements AutoCloseable {

  private final Database database;

  private ClientStore(Database database) {
    this.database = database;
  }

  /**
   * Opens the store in a directory ({@code les.client}), or makes a new one there.
   *
   * @throws StoreException as {@link ChainStore#open}
   */
  public static ClientStore open(Path directory) {
    return new ClientStore(Database.open(directory, Schema.CLIENT, StoreOptions.records()));
  }

  /** Where it is. */
  public Path directory() {
    return database.directory();
  }

  /** The value of a key. */
  public Optional<Bytes> value(Bytes key) {
    byte[] value = database.get(Column.VALUES, key.toArrayUnsafe(), database.latest());
    return value == null ? Optional.empty() : Optional.of(Bytes.wrap(value));
  }

  /** All entries whose key starts with a prefix, in the order of the keys; a copy. */
  public List<Map.Entry<Bytes, Bytes>> entries(Bytes prefix) {
    List<Map.Entry<Bytes, Bytes>> entries = new ArrayList<>();
    database.forEach(
        Column.VALUES,
        prefix.toArrayUnsafe(),
        (key, value) -> entries.add(Map.entry(Bytes.wrap(key), Bytes.wrap(value))));
    return entries;
  }

  /** A new batch of changes. */
  public ClientBatch newBatch() {
    return new ClientBatch(database);
  }

  /** Waits for reads under way and closes; later calls throw {@link StoreException.Closed}. */
  @Override
  public void close() {
    database.close();
  }
}
