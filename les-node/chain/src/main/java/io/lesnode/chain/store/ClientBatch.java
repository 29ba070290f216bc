package io.lesnode.chain.store;

import org.apache.tuweni.bytes.Bytes;

/**
 * Changes of a {@link ClientStore}, written as a whole or not at all. Confined to one thread; to be
 * closed.
 */
public final class ClientBatch extends StoreBatch {

  ClientBatch(Database database) {
    super(database);
  }

  /** Sets a value. */
  public ClientBatch put(Bytes key, Bytes value) {
    put(Column.VALUES, key.toArrayUnsafe(), value);
    return this;
  }

  /** Removes a value, if there is one. */
  public ClientBatch remove(Bytes key) {
    delete(Column.VALUES, key.toArrayUnsafe());
    return this;
  }

  /**
   * Writes the batch. After an exception nothing of it was written.
   *
   * @param forced whether to wait until it is on the disk, where not even a power cut undoes it
   * @throws StoreException where the disk is full or broken
   */
  public void commit(boolean forced) {
    write(forced, "writing what the light client remembers");
  }
}
