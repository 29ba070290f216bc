package io.lesnode.chain.store;

import org.apache.tuweni.bytes.Bytes;
import org.rocksdb.RocksDBException;
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
    try {
      batch.put(database.handle(column), key, value.toArrayUnsafe());
    } catch (RocksDBException e) {
      throw StoreException.of(database.directory(), "adding to a batch", e);
    }
  }

  final void delete(Column column, byte[] key) {
    try {
      batch.delete(database.handle(column), key);
    } catch (RocksDBException e) {
      throw StoreException.of(database.directory(), "adding to a batch", e);
    }
  }

  /** Drops what was not committed. */
  @Override
  public final void close() {
    batch.close();
  }
}
