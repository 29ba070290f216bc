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

  /** Drops what was not committed. */
  @Override
  public final void close() {
    batch.close();
  }
}
