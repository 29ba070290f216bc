package io.lesnode.chain.store;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.apache.tuweni.bytes.Bytes;
import org.jspecify.annotations.Nullable;

/**
 * What a LES server must remember of its clients: balances and how far they have expired, in the
 * byte layout that the client pool gives them, and a few values of the server itself. Reads are
 * thread-safe, batches come from one thread.
 *
 * <p>Reference: geth v1.10.26, database {@code les.server} (les/vflux/server/clientdb.go).
 */
public final class ServerStore implements AutoCloseable {

  private final Database database;

  private ServerStore(Database database) {
    this.database = database;
  }

  /**
   * Opens the store in a directory ({@code les.server}), or makes a new one there.
   *
   * @throws StoreException as {@link ChainStore#open}
   */
  public static ServerStore open(Path directory) {
    return new ServerStore(Database.open(directory, Schema.SERVER, StoreOptions.records()));
  }

  /** Where it is. */
  public Path directory() {
    return database.directory();
  }

  /** Hands every record of the client pool to the action, in the order of the keys. */
  public void forEachClientRecord(BiConsumer<byte[], byte[]> action) {
    database.forEach(Column.CLIENTS, action);
  }

  /** A value that is there once. */
  public Optional<Bytes> value(String name) {
    byte @Nullable [] value =
        database.get(Column.VALUES, name.getBytes(StandardCharsets.UTF_8), database.latest());
    return value == null ? Optional.empty() : Optional.of(Bytes.wrap(value));
  }

  /** Hands every value whose name has the prefix to the action, in the order of the names. */
  public void forEachValue(String prefix, BiConsumer<String, Bytes> action) {
    database.forEach(
        Column.VALUES,
        (key, value) -> {
          String name = new String(key, StandardCharsets.UTF_8);
          if (name.startsWith(prefix)) {
            action.accept(name, Bytes.wrap(value));
          }
        });
  }

  /** A new batch of changes. */
  public ServerBatch newBatch() {
    return new ServerBatch(database);
  }

  /** Waits for reads under way and closes; later calls throw {@link StoreException.Closed}. */
  @Override
  public void close() {
    database.close();
  }
}
