package io.lesnode.chain.store;

import io.lesnode.chain.state.StateCommit;
import io.lesnode.chain.trie.StoredNode;
import io.lesnode.chain.trie.TrieCommit;
import io.lesnode.primitives.Block;
import io.lesnode.primitives.BlockHeader;
import io.lesnode.primitives.Receipt;
import io.lesnode.primitives.Transaction;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.rlp.RLP;
import org.apache.tuweni.units.bigints.UInt256;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;

/**
 * Everything that one block (or one reorganisation) changes, written as a whole or not at all.
 * Nothing of it can be read before {@link #commit}. Confined to the writer thread; to be closed.
 */
public final class ChainBatch extends StoreBatch {

  private record StateWrite(BlockHeader header, StateCommit commit) {}

  private final ChainStore store;
  private final StateJournal journal;
  private final NodeChanges nodes;
  private final Map<Long, @Nullable Bytes32> canonical = new HashMap<>();
  private final Map<Bytes32, StateWrite> states = new HashMap<>();
  private long head = -1;
  private boolean committed;

  ChainBatch(ChainStore store, Database database, StateJournal journal) {
    super(database);
    this.store = store;
    this.journal = journal;
    this.nodes = new NodeChanges(database);
  }

  /** Adds a block, canonical or not; {@link #setCanonical} says that it is. */
  public void putBlock(Block block, UInt256 totalDifficulty) {
    byte[] key = Keys.block(block.number(), block.hash());
    put(Column.HEADERS, key, block.header().encoded());
    put(Column.BODIES, key, block.body().encoded());
    put(Column.TOTAL_DIFFICULTIES, key, totalDifficulty.toMinimalBytes());
    put(Column.NUMBERS, block.hash().toArrayUnsafe(), Bytes.wrap(Keys.number(block.number())));
  }

  /** Adds the receipts of a block, together with its state: they tell that it was executed. */
  public void putReceipts(BlockHeader header, List<Receipt> receipts) {
    Bytes list = RLP.encodeList(writer -> receipts.forEach(receipt -> receipt.writeTo(writer)));
    put(Column.RECEIPTS, Keys.block(header.number(), header.hash()), list);
  }

  /**
   * Adds the state after a block, whose parent's state the store has. Does nothing where the store
   * has this block's state already.
   */
  public void putState(BlockHeader header, StateCommit commit) {
    if (!commit.root().equals(header.stateRoot())) {
      throw new IllegalArgumentException(
          "the state root of block "
              + header.number()
              + " is "
              + header.stateRoot().toHexString()
              + ", not "
              + commit.root().toHexString());
    }
    commit.codes().forEach((hash, code) -> put(Column.CODE, hash.toArrayUnsafe(), code));
    if (journal.has(header.number(), header.hash()) || states.containsKey(header.hash())) {
      return;
    }
    states.put(header.hash(), new StateWrite(header, commit));
    nodes.insert(commit);
    if (isJournaled(header)) {
      try {
        journal.put(batch, header.number(), header.hash(), JournalRow.of(commit));
      } catch (RocksDBException e) {
        throw StoreException.of(database.directory(), "adding to a batch", e);
      }
    }
  }

  /** Block 0 has no state before it that could be given up. */
  private boolean isJournaled(BlockHeader header) {
    return journal.isKept() && header.number() > 0;
  }

  /** Makes this block the canonical one of its height. */
  public void setCanonical(BlockHeader header) {
    canonical.put(header.number(), header.hash());
    put(Column.CANONICAL, Keys.number(header.number()), header.hash());
  }

  /** Leaves a height without a canonical block: the chain became shorter. */
  public void removeCanonical(long number) {
    canonical.put(number, null);
    delete(Column.CANONICAL, Keys.number(number));
  }

  /** Makes the transactions of a canonical block findable. */
  public void indexTransactions(Block block) {
    int index = 0;
    for (Transaction transaction : block.body().transactions()) {
      byte[] location =
          ByteBuffer.allocate(Bytes32.SIZE + Long.BYTES + Integer.BYTES)
              .put(block.hash().toArrayUnsafe())
              .putLong(block.number())
              .putInt(index++)
              .array();
      put(Column.TRANSACTIONS, transaction.hash().toArrayUnsafe(), Bytes.wrap(location));
    }
  }

  /**
   * Forgets the transactions of a block that left the canonical chain; new ones are added after.
   */
  public void unindexTransactions(Block block) {
    for (Transaction transaction : block.body().transactions()) {
      delete(Column.TRANSACTIONS, transaction.hash().toArrayUnsafe());
    }
  }

  /** Makes a canonical block the head; states that fall out of the window below are pruned. */
  public void setHead(BlockHeader header) {
    head = header.number();
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
    put(Column.META, Keys.OLDEST_STATE, Bytes.wrap(Keys.number(0)));
  }

  /**
   * Writes the batch. After an exception nothing of it was written and the batch is useless.
   *
   * @throws StoreException where the disk is full or broken
   */
  public void commit() {
    if (committed) {
      throw new IllegalStateException("a batch is committed once");
    }
    committed = true;
    try {
      long oldest = journal.carryOut(batch, head, this::canonicalHash, nodes);
      if (oldest >= 0) {
        put(Column.META, Keys.OLDEST_STATE, Bytes.wrap(Keys.number(oldest)));
      }
      nodes.writeTo(batch);
      database.write(batch, "writing a block");
      if (oldest >= 0) {
        journal.onCarriedOut(oldest);
      }
    } catch (RocksDBException e) {
      throw StoreException.of(database.directory(), "adding to a batch", e);
    }
    for (StateWrite state : states.values()) {
      if (isJournaled(state.header())) {
        journal.onWritten(state.header().number(), state.header().hash());
      }
      remember(state.commit().accounts());
      state.commit().storages().values().forEach(this::remember);
    }
  }

  private void remember(TrieCommit commit) {
    for (StoredNode node : commit.inserted()) {
      store.nodeCache().put(node.hash(), node.encoded());
    }
  }

  private @Nullable Bytes32 canonicalHash(long number) {
    return canonical.containsKey(number)
        ? canonical.get(number)
        : store.canonicalHash(number).orElse(null);
  }
}
