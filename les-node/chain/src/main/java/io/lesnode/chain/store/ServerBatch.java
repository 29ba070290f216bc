package io.lesnode.chain.store;

import java.nio.charset.StandardCharsets;
import org.apache.tuweni.bytes.Bytes;

/**
 * Changes of a {@link ServerStore}, written as a whole or not at all. Confined to one thread; to be
 * closed.
 */
public final class ServerBatch extends StoreBatch {

  ServerBatch(Database database) {
    super(database);
  }

  /** Sets a record of the client pool. */
  public void putClientRecord(byte[] key, byte[] value) {
    put(Column.CLIENTS, key, Bytes.wrap(value));
  }

  /** Removes a record of the client pool. */
  public void removeClientRecord(byte[] key) {
    delete(Column.CLIENTS, key);
  }

  /** Sets a value that is there once. */
  public void putValue(String name, Bytes value) {
    put(Column.VALUES, name.getBytes(StandardCharsets.UTF_8), value);
  }

  /**
   * Writes the batch. After an exception nothing of it was written.
   *
   * @param forced whether to wait until it is on the disk, where not even a power cut undoes it
   * @throws StoreException where the disk is full or broken
   */
  public void commit(boolean forced) {
    write(forced, "writing balances");
  }
}
