package io.lesnode.chain.store;

import io.lesnode.chain.state.StateCommit;
import io.lesnode.primitives.Block;
import io.lesnode.primitives.BlockHeader;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.apache.tuweni.bytes.Bytes32;

/**
 * A full node's chain on disk. Any thread may read (the newest values; {@link #snapshot} for a
 * still picture); one thread writes blocks, one batch at a time; others may write to the index
 * column ({@link IndexBatch}).
 */
public final class ChainStore extends ChainReader implements AutoCloseable {

  private final StateJournal journal;
  private final ReadCaches caches;

  private ChainStore(Database database, ReadCaches caches, StateJournal journal) {
    super(database, database.latest(), caches);
    this.caches = caches;
    this.journal = journal;
  }

  /**
   * Opens the store in a directory, or makes a new one there.
   *
   * @throws StoreException.Locked where another process has it open
   * @throws StoreException.UnknownSchema where it is not a chain store of a known version
   * @throws StoreException where it cannot be read or is damaged
   */
  public static ChainStore open(Path directory, StoreOptions options) {
    Database database = Database.open(directory, Schema.CHAIN, options);
    try {
      return new ChainStore(database, ReadCaches.of(options), new StateJournal(database, options));
    } catch (StoreException e) {
      database.close();
      throw e;
    }
  }

  /**
   * Gives a new store its first block and state; checks that an old store has the same first block.
   *
   * @throws StoreException.GenesisMismatch where the store holds another chain
   */
  public void initialize(Block genesis, StateCommit state) {
    Optional<Bytes32> stored = genesisHash();
    if (stored.isPresent()) {
      if (!stored.get().equals(genesis.hash())) {
        throw new StoreException.GenesisMismatch(
            database.directory(), stored.get(), genesis.hash());
      }
      return;
    }
    BlockHeader header = genesis.header();
    try (ChainBatch batch = newBatch()) {
      batch.putBlock(genesis, header.difficulty());
      batch.putReceipts(header, List.of());
      batch.putState(header, state);
      batch.setCanonical(header);
      batch.setHead(header);
      batch.putGenesis(header);
      batch.commit();
    }
  }

  /** A new batch; the one before it was committed or closed. */
  public ChainBatch newBatch() {
    return new ChainBatch(this, database, journal);
  }

  /** A new batch of index values, for any thread. */
  public IndexBatch newIndexBatch() {
    return new IndexBatch(database);
  }

  /** The present moment, to be read at leisure and closed. */
  public ChainSnapshot snapshot() {
    return new ChainSnapshot(database, caches);
  }

  NodeCache nodeCache() {
    return caches.nodes();
  }

  /** Waits for reads under way and closes; later calls throw {@link StoreException.Closed}. */
  @Override
  public void close() {
    database.close();
  }
}
