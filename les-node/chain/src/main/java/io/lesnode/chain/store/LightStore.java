package io.lesnode.chain.store;

import io.lesnode.chain.state.StateSource;
import io.lesnode.chain.trie.NodeSource;
import io.lesnode.primitives.BlockHeader;
import io.lesnode.primitives.EmptyHashes;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
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

  private static final int REMOVALS_PER_BATCH = 4096;

  /** Headers read while the store is held open. */
  private static final int SCAN_STEP = 4096;

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

  /** Sees encoded headers. */
  @FunctionalInterface
  public interface HeaderVisitor {
    /** Called for each header in the order of the heights; the bytes are the visitor's. */
    void visit(long number, Bytes encoded);
  }

  /**
   * Shows the canonical headers from a height on as they are stored, which is many times faster
   * than asking for one after the other.
   *
   * @return the height of the first one that is not here, or {@code to + 1}
   */
  public long scanCanonical(long from, long to, HeaderVisitor visitor) {
    long next = from;
    while (next <= to) {
      List<byte[]> keys = canonicalKeys(next, Math.min(to, next + SCAN_STEP - 1));
      int seen = keys.isEmpty() ? 0 : scan(keys, next, visitor);
      next += seen;
      if (seen < SCAN_STEP) {
        return next;
      }
    }
    return next;
  }

  /** The keys of the canonical headers from a height to a height, up to the first gap. */
  private List<byte[]> canonicalKeys(long from, long to) {
    List<byte[]> keys = new ArrayList<>();
    database.forEachFrom(
        Column.CANONICAL,
        Keys.number(from),
        (number, hash) -> {
          long height = from + keys.size();
          if (height > to || ByteBuffer.wrap(number).getLong() != height) {
            return false;
          }
          keys.add(Keys.block(height, Bytes32.wrap(hash)));
          return true;
        });
    return keys;
  }

  private int scan(List<byte[]> keys, long from, HeaderVisitor visitor) {
    int[] seen = {0};
    database.forEachFrom(
        Column.HEADERS,
        keys.getFirst(),
        (key, encoded) -> {
          int order = Arrays.compareUnsigned(key, keys.get(seen[0]));
          if (order == 0) {
            visitor.visit(from + seen[0], Bytes.wrap(encoded));
            seen[0]++;
          }
          // smaller keys are of headers that are not canonical
          return order <= 0 && seen[0] < keys.size();
        });
    return seen[0];
  }

  /**
   * Removes all headers, total difficulties and canonical hashes from a height up to another one,
   * excluded; heights by hash stay. One small batch however many they are.
   */
  public void removeHeaders(long from, long to) {
    try (WriteBatch batch = new WriteBatch()) {
      for (Column column : List.of(Column.HEADERS, Column.TOTAL_DIFFICULTIES, Column.CANONICAL)) {
        batch.deleteRange(database.handle(column), Keys.number(from), Keys.number(to));
      }
      database.write(batch, "removing old headers");
    } catch (RocksDBException e) {
      throw StoreException.of(database.directory(), "removing old headers", e);
    }
  }

  /** Removes values of the index column, some at a time: of keys with a prefix those that match. */
  public void removeIndexed(Bytes prefix, Predicate<Bytes> matches) {
    List<Bytes> keys = new ArrayList<>();
    database.forEach(
        Column.INDEX,
        prefix.toArrayUnsafe(),
        (key, value) -> {
          Bytes wrapped = Bytes.wrap(key);
          if (matches.test(wrapped)) {
            keys.add(wrapped);
          }
        });
    for (int first = 0; first < keys.size(); first += REMOVALS_PER_BATCH) {
      try (LightBatch batch = newBatch()) {
        keys.subList(first, Math.min(keys.size(), first + REMOVALS_PER_BATCH))
            .forEach(batch::removeIndex);
        batch.commit();
      }
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
      values.forEach(
          (hash, value) ->
              database.put(batch, Column.VERIFIED, key(kind, hash), value.toArrayUnsafe()));
      database.write(batch, "keeping verified data");
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
