package io.lesnode.chain.store;

import org.apache.tuweni.bytes.Bytes;
import org.rocksdb.WriteBatch;

/**
 * Values of the index column, written as a whole or not at all, beside the batches of the chain
 * writer. Confined to one thread, which need not be the chain writer; to be closed.
 */
public final class IndexBatch implements AutoCloseable {

  private final Database database;
  private final WriteBatch batch = new WriteBatch();

  IndexBatch(Database database) {
    this.database = database;
  }

  /** Sets a value; the caller prefixes its keys. */
  public void put(Bytes key, Bytes value) {
    database.put(batch, Column.INDEX, key.toArrayUnsafe(), value.toArrayUnsafe());
  }

  /** Removes a value. */
  public void remove(Bytes key) {
    database.delete(batch, Column.INDEX, key.toArrayUnsafe());
  }

  /** What {@link #commit} would write, in bytes. */
  public long sizeBytes() {
    return batch.getDataSize();
  }

  /**
   * Writes what was added so far, after everything that was committed before, and starts anew.
   * After an exception nothing of it was written.
   *
   * @throws StoreException where the disk is full or broken
   */
  public void commit() {
    database.write(batch, "writing an index");
    batch.clear();
  }

  @Override
  public void close() {
    batch.close();
  }
}
