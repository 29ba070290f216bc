package io.lesnode.chain.store;

import io.lesnode.primitives.BlockHeader;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.units.bigints.UInt256;

/**
 * Headers of a light client, thousands at a time, written as a whole or not at all. Nothing of it
 * can be read before {@link #commit}. Confined to one thread; to be closed.
 */
public final class LightBatch extends StoreBatch {

  LightBatch(Database database) {
    super(database);
  }

  /** Adds a verified header, canonical or not. */
  public void putHeader(BlockHeader header, UInt256 totalDifficulty) {
    byte[] key = Keys.block(header.number(), header.hash());
    put(Column.HEADERS, key, header.encoded());
    put(Column.TOTAL_DIFFICULTIES, key, totalDifficulty.toMinimalBytes());
    put(Column.NUMBERS, header.hash().toArrayUnsafe(), Bytes.wrap(Keys.number(header.number())));
  }

  /** Makes this header the canonical one of its height. */
  public void setCanonical(BlockHeader header) {
    put(Column.CANONICAL, Keys.number(header.number()), header.hash());
  }

  /** Leaves a height without a canonical header: the chain became shorter. */
  public void removeCanonical(long number) {
    delete(Column.CANONICAL, Keys.number(number));
  }

  /** Makes a canonical header the head. */
  public void setHead(BlockHeader header) {
    put(Column.META, Keys.HEAD, Bytes.wrap(Keys.block(header.number(), header.hash())));
  }

  /** Sets a value of the index column; the caller prefixes its keys. */
  public void putIndex(Bytes key, Bytes value) {
    put(Column.INDEX, key.toArrayUnsafe(), value);
  }

  /** Removes a value of the index column. */
  public void removeIndex(Bytes key) {
    delete(Column.INDEX, key.toArrayUnsafe());
  }

  void putGenesis(BlockHeader header) {
    put(Column.META, Keys.GENESIS, header.hash());
  }

  /**
   * Writes the batch. After an exception nothing of it was written.
   *
   * @throws StoreException where the disk is full or broken
   */
  public void commit() {
    write(false, "writing headers");
  }
}
