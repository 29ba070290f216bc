package io.lesnode.chain.store;

import io.lesnode.chain.state.StateSource;
import io.lesnode.chain.trie.NodeSource;
import io.lesnode.primitives.BlockBody;
import io.lesnode.primitives.BlockHeader;
import io.lesnode.primitives.EmptyHashes;
import io.lesnode.primitives.Receipt;
import io.lesnode.primitives.rlp.RlpReader;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.BiPredicate;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.jspecify.annotations.Nullable;

/**
 * Reads a full node's chain and states: the newest values in a {@link ChainStore}, those of one
 * moment in a {@link ChainSnapshot}. Thread-safe. What is served to peers comes as the stored
 * bytes, undecoded.
 */
public abstract sealed class ChainReader extends HeaderReader implements StateSource
    permits ChainStore, ChainSnapshot {

  private final ReadCaches caches;
  private final NodeCache nodeCache;

  ChainReader(Database database, View view, ReadCaches caches) {
    super(database, view);
    this.caches = caches;
    this.nodeCache = caches.nodes();
  }

  @Override
  public final Optional<Bytes32> canonicalHash(long number) {
    if (view.snapshot == null) {
      return super.canonicalHash(number);
    }
    Bytes32 known = caches.canonical().get(number, view.moment);
    if (known != null) {
      return Optional.of(known);
    }
    Optional<Bytes32> stored = super.canonicalHash(number);
    stored.ifPresent(hash -> caches.canonical().put(number, hash, view.moment));
    return stored;
  }

  @Override
  public final OptionalLong number(Bytes32 blockHash) {
    BlockCache.Entry known = kept(caches.headers(), blockHash);
    return known == null ? super.number(blockHash) : OptionalLong.of(known.number());
  }

  @Override
  public final Optional<Bytes> headerBytes(long number, Bytes32 blockHash) {
    BlockCache.Entry known = kept(caches.headers(), blockHash);
    if (known != null) {
      return known.number() == number ? Optional.of(known.value()) : Optional.empty();
    }
    Optional<Bytes> stored = super.headerBytes(number, blockHash);
    stored.ifPresent(header -> keep(caches.headers(), blockHash, number, header));
    return stored;
  }

  /**
   * The RLP of the canonical headers from a height on, at most so many; fewer where the chain ends.
   * One read of the canonical chain and one walk over neighbouring headers, or none where they are
   * kept ready: each header names the one before.
   *
   * @param first not negative
   */
  public final List<Bytes> canonicalHeaders(long first, int count) {
    return new HeaderRun(this, first).read(count);
  }

  /** Hands the keys and values of the headers column from a height on to the action. */
  final void forEachHeaderFrom(long number, BiPredicate<byte[], byte[]> action) {
    database.forEachFrom(Column.HEADERS, Keys.number(number), view, action);
  }

  final @Nullable Bytes keptHeader(Bytes32 blockHash) {
    BlockCache.Entry known = kept(caches.headers(), blockHash);
    return known == null ? null : known.value();
  }

  final void keepHeader(Bytes32 blockHash, long number, Bytes header) {
    keep(caches.headers(), blockHash, number, header);
  }

  private BlockCache.@Nullable Entry kept(BlockCache cache, Bytes32 blockHash) {
    return cache.get(blockHash, view.moment);
  }

  private void keep(BlockCache cache, Bytes32 blockHash, long number, Bytes value) {
    cache.put(blockHash, number, value, database.momentOfRead(view));
  }

  @Override
  final Optional<Bytes> ofBlock(Column column, Bytes32 blockHash) {
    BlockCache cache = caches.of(column);
    if (cache == null) {
      return super.ofBlock(column, blockHash);
    }
    BlockCache.Entry known = kept(cache, blockHash);
    if (known != null) {
      return Optional.of(known.value());
    }
    OptionalLong number = number(blockHash);
    if (number.isEmpty()) {
      return Optional.empty();
    }
    Optional<Bytes> stored = wrapped(column, Keys.block(number.getAsLong(), blockHash));
    stored.ifPresent(value -> keep(cache, blockHash, number.getAsLong(), value));
    return stored;
  }

  /** The RLP of a body. */
  public final Optional<Bytes> bodyBytes(Bytes32 blockHash) {
    return ofBlock(Column.BODIES, blockHash);
  }

  /** A body. */
  public final Optional<BlockBody> body(Bytes32 blockHash) {
    return bodyBytes(blockHash).map(bytes -> decode("body", blockHash, bytes, BlockBody::decode));
  }

  /** The RLP list of a block's receipts in consensus form, as the wire carries it. */
  public final Optional<Bytes> receiptsBytes(Bytes32 blockHash) {
    return ofBlock(Column.RECEIPTS, blockHash);
  }

  /** A block's receipts. */
  public final Optional<List<Receipt>> receipts(Bytes32 blockHash) {
    return receiptsBytes(blockHash)
        .map(bytes -> decode("receipts", blockHash, bytes, ChainReader::decodeReceipts));
  }

  private static List<Receipt> decodeReceipts(Bytes bytes) {
    return RlpReader.decode(
        bytes, reader -> reader.readListOf(Integer.MAX_VALUE, Receipt::readFrom));
  }

  /** Where a transaction stands in the canonical chain. */
  public final Optional<TransactionLocation> transaction(Bytes32 transactionHash) {
    byte[] stored = value(Column.TRANSACTIONS, transactionHash.toArrayUnsafe());
    if (stored == null) {
      return Optional.empty();
    }
    ByteBuffer in = ByteBuffer.wrap(stored);
    byte[] blockHash = new byte[Bytes32.SIZE];
    in.get(blockHash);
    return Optional.of(new TransactionLocation(Bytes32.wrap(blockHash), in.getLong(), in.getInt()));
  }

  @Override
  public final @Nullable Bytes code(Bytes32 codeHash) {
    if (codeHash.equals(EmptyHashes.CODE)) {
      return Bytes.EMPTY;
    }
    byte[] stored = value(Column.CODE, codeHash.toArrayUnsafe());
    return stored == null ? null : Bytes.wrap(stored);
  }

  @Override
  public final NodeSource accountNodes() {
    return hash -> {
      Bytes cached = nodeCache.get(hash);
      return cached == null ? node(hash, Column.NODES, Keys.accountNode(hash)) : cached;
    };
  }

  @Override
  public final NodeSource storageNodes(Bytes32 accountHash) {
    return hash -> {
      Bytes cached = nodeCache.get(hash);
      return cached == null
          ? node(hash, Column.NODES, Keys.storageNode(accountHash, hash))
          : cached;
    };
  }

  @Override
  public final NodeSource indexNodes(Bytes prefix) {
    return hash -> {
      Bytes cached = nodeCache.get(hash);
      return cached == null
          ? node(hash, Column.INDEX, Bytes.concatenate(prefix, hash).toArrayUnsafe())
          : cached;
    };
  }

  private @Nullable Bytes node(Bytes32 hash, Column column, byte[] key) {
    byte[] stored = value(column, key);
    if (stored == null) {
      return null;
    }
    Bytes encoded = Bytes.wrap(stored);
    nodeCache.put(hash, encoded);
    return encoded;
  }

  /**
   * The height of the oldest canonical block whose state is here; the states of all canonical
   * blocks from there to the head are. 0 where nothing was ever pruned.
   */
  public final long oldestState() {
    byte[] stored = value(Column.META, Keys.OLDEST_STATE);
    return stored == null ? 0 : ByteBuffer.wrap(stored).getLong();
  }

  /**
   * Whether the complete state after this block is here and will stay until its height is given up.
   * A block beside the canonical chain has its state if it was executed, as its receipts tell, and
   * as long as the block at which it left the chain has its own. That another block happens to have
   * the same state root is not enough: with that block the nodes would go.
   */
  public final boolean hasState(BlockHeader header) {
    long oldest = oldestState();
    if (header.number() < oldest || !hasRoot(header.stateRoot())) {
      return false;
    }
    BlockHeader block = header;
    while (!isCanonical(block.number(), block.hash())) {
      if (!database.contains(Column.RECEIPTS, Keys.block(block.number(), block.hash()), view)) {
        return false;
      }
      Optional<BlockHeader> parent = header(block.parentHash());
      if (parent.isEmpty() || parent.get().number() < oldest) {
        return false;
      }
      block = parent.get();
    }
    return true;
  }

  private boolean hasRoot(Bytes32 stateRoot) {
    return stateRoot.equals(EmptyHashes.TRIE_ROOT)
        || database.contains(Column.NODES, Keys.accountNode(stateRoot), view);
  }
}
