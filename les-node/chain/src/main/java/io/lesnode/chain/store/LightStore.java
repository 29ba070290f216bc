package io.lesnode.chain.store;

import io.lesnode.chain.state.StateSource;
import io.lesnode.chain.trie.NodeSource;
import io.lesnode.primitives.BlockHeader;
import io.lesnode.primitives.EmptyHashes;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/**
 * A light client's chain on disk: the headers it trusts, and a bounded cache of what it fetched and
 * verified, of which the oldest goes when it is full. As a {@link StateSource} it gives the part of
 * any state that is in that cache. Thread-safe, but for header batches, which come from one thread.
 */
public final class LightStore extends HeaderReader implements StateSource, AutoCloseable {

  private LightStore(Database database) {
    super(database, database.latest());
  }

  /**
   * Opens the store in a directory ({@code lightchaindata}), or makes a new one there.
   *
   * @throws StoreException as {@link ChainStore#open}
   */
  public static LightStore open(Path directory, StoreOptions options) {
    return new LightStore(Database.open(directory, Schema.LIGHT, options));
  }

  /**
   * Gives a new store its first header; checks that an old store has the same one.
   *
   * @throws StoreException.GenesisMismatch where the store holds another chain
   */
  public void initialize(BlockHeader genesis) {
    Optional<Bytes32> stored = genesisHash();
    if (stored.isPresent()) {
      if (!stored.get().equals(genesis.hash())) {
        throw new StoreException.GenesisMismatch(
            database.directory(), stored.get(), genesis.hash());
      }
      return;
    }
    UInt256 totalDifficulty = genesis.difficulty();
    try (LightBatch batch = newBatch()) {
      batch.putHeader(genesis, totalDifficulty);
      batch.setCanonical(genesis);
      batch.setHead(genesis);
      batch.putGenesis(genesis);
      batch.commit();
    }
  }

  /** A new batch of headers. */
  public LightBatch newBatch() {
    return new LightBatch(database);
  }

  /** Verified data, or empty where it was never fetched or has been pushed out. */
  public Optional<Bytes> verified(VerifiedKind kind, Bytes32 hash) {
    return wrapped(Column.VERIFIED, key(kind, hash));
  }

  /** Keeps verified data; from any thread. */
  public void putVerified(VerifiedKind kind, Bytes32 hash, Bytes value) {
    putVerified(kind, Map.of(hash, value));
  }

  /** Keeps verified data, all of it or nothing; from any thread. */
  public void putVerified(VerifiedKind kind, Map<Bytes32, Bytes> values) {
    try (WriteBatch batch = new WriteBatch()) {
      for (Map.Entry<Bytes32, Bytes> entry : values.entrySet()) {
        batch.put(
            database.handle(Column.VERIFIED),
            key(kind, entry.getKey()),
            entry.getValue().toArrayUnsafe());
      }
      database.write(batch, "keeping verified data");
    } catch (RocksDBException e) {
      throw StoreException.of(database.directory(), "keeping verified data", e);
    }
  }

  private static byte[] key(VerifiedKind kind, Bytes32 hash) {
    byte[] key = new byte[1 + Bytes32.SIZE];
    key[0] = kind.number();
    System.arraycopy(hash.toArrayUnsafe(), 0, key, 1, Bytes32.SIZE);
    return key;
  }

  @Override
  public NodeSource accountNodes() {
    return hash -> verified(VerifiedKind.TRIE_NODE, hash).orElse(null);
  }

  @Override
  public NodeSource storageNodes(Bytes32 accountHash) {
    return accountNodes();
  }

  @Override
  public @Nullable Bytes code(Bytes32 codeHash) {
    return codeHash.equals(EmptyHashes.CODE)
        ? Bytes.EMPTY
        : verified(VerifiedKind.CODE, codeHash).orElse(null);
  }

  /** Waits for reads under way and closes; later calls throw {@link StoreException.Closed}. */
  @Override
  public void close() {
    database.close();
  }
}
