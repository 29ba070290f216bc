package io.lesnode.chain.store;

/**
 * The chain and its states at one moment, while the writer goes on: nothing in it disappears before
 * it is closed. To be closed soon, since what it sees cannot be freed. Thread-safe.
 */
public final class ChainSnapshot extends ChainReader implements AutoCloseable {

  ChainSnapshot(Database database, ReadCaches caches) {
    super(database, database.snapshot(), caches);
  }

  @Override
  public void close() {
    database.release(view);
  }
}
