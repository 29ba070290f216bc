package io.lesnode.chain.store;

import org.apache.tuweni.bytes.Bytes;
import org.rocksdb.WriteBatch;

/**
 * Changes that are written as a whole or not at all; the part that the batches of all stores have
 * in common. Confined to one thread; to be closed.
 */
abstract sealed class StoreBatch implements AutoCloseable
    permits ChainBatch, ClientBatch, LightBatch, ServerBatch {

  final Database database;
  final WriteBatch batch = new WriteBatch();

  StoreBatch(Database database) {
    this.database = database;
  }

  final void put(Column column, byte[] key, Bytes value) {
    database.put(batch, column, key, value.toArrayUnsafe());
  }

  final void delete(Column column, byte[] key) {
    database.delete(batch, column, key);
  }

  /**
   * Writes the batch and empties it. After an exception nothing of it was written.
   *
   * @param forced whether to wait until it is on the disk
   * @param what is being written, for the message of a failure
   */
  final void write(boolean forced, String what) {
    if (forced) {
      database.writeForced(batch, what);
    } else {
      database.write(batch, what);
    }
    batch.clear();
  }

  /** Drops what was not committed. */
  @Override
  public final void close() {
    batch.close();
  }
}
