package io.lesnode.chain.store;

import io.lesnode.chain.trie.NodeSource;
import io.lesnode.primitives.BlockHeader;
import io.lesnode.primitives.rlp.RlpException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;
import org.jspecify.annotations.Nullable;

/**
 * Reads what a full and a light store have in common: headers, total difficulties and the canonical
 * chain. Thread-safe. Every method may throw a {@link StoreException}.
 */
public abstract sealed class HeaderReader permits ChainReader, LightStore {

  final Database database;
  final View view;

  HeaderReader(Database database, View view) {
    this.database = database;
    this.view = view;
  }

  /** The hash of block 0, or empty before the store was given one. */
  public final Optional<Bytes32> genesisHash() {
    return Optional.ofNullable(value(Column.META, Keys.GENESIS)).map(Bytes32::wrap);
  }

  /** The newest canonical block, or empty before the store was given a genesis block. */
  public final Optional<ChainHead> head() {
    byte[] stored = value(Column.META, Keys.HEAD);
    if (stored == null) {
      return Optional.empty();
    }
    Bytes32 hash = Bytes32.wrap(Bytes.wrap(stored).slice(Long.BYTES, Bytes32.SIZE));
    return Optional.of(new ChainHead(ByteBuffer.wrap(stored).getLong(), hash));
  }

  /** The hash of the canonical block at this height. */
  public Optional<Bytes32> canonicalHash(long number) {
    return Optional.ofNullable(value(Column.CANONICAL, Keys.number(number))).map(Bytes32::wrap);
  }

  /** Whether the block of this height and hash is canonical. */
  public final boolean isCanonical(long number, Bytes32 hash) {
    return canonicalHash(number).filter(hash::equals).isPresent();
  }

  /** The height of a block that the store has, canonical or not. */
  public OptionalLong number(Bytes32 blockHash) {
    byte[] stored = value(Column.NUMBERS, blockHash.toArrayUnsafe());
    return stored == null
        ? OptionalLong.empty()
        : OptionalLong.of(ByteBuffer.wrap(stored).getLong());
  }

  /** The RLP of a header, as it came. */
  public final Optional<Bytes> headerBytes(Bytes32 blockHash) {
    return ofBlock(Column.HEADERS, blockHash);
  }

  /** The RLP of a header whose height is known: one read less. */
  public Optional<Bytes> headerBytes(long number, Bytes32 blockHash) {
    return wrapped(Column.HEADERS, Keys.block(number, blockHash));
  }

  /** The RLP of the canonical header at this height. */
  public final Optional<Bytes> headerBytes(long number) {
    return canonicalHash(number).flatMap(hash -> headerBytes(number, hash));
  }

  /** A header. */
  public final Optional<BlockHeader> header(Bytes32 blockHash) {
    return headerBytes(blockHash).map(bytes -> decode("header", blockHash, bytes, DECODE_HEADER));
  }

  /** The canonical header at this height. */
  public final Optional<BlockHeader> header(long number) {
    return canonicalHash(number)
        .flatMap(
            hash ->
                headerBytes(number, hash)
                    .map(bytes -> decode("header", hash, bytes, DECODE_HEADER)));
  }

  /** The sum of the difficulties from block 0 up to and including this block. */
  public final Optional<UInt256> totalDifficulty(Bytes32 blockHash) {
    return ofBlock(Column.TOTAL_DIFFICULTIES, blockHash).map(UInt256::fromBytes);
  }

  /** The total difficulty of a block whose height is known: one read less. */
  public final Optional<UInt256> totalDifficulty(long number, Bytes32 blockHash) {
    return wrapped(Column.TOTAL_DIFFICULTIES, Keys.block(number, blockHash))
        .map(UInt256::fromBytes);
  }

  /** A value of the index column, which belongs to whoever writes it (CHT, bloom bits, …). */
  public final Optional<Bytes> index(Bytes key) {
    return wrapped(Column.INDEX, key.toArrayUnsafe());
  }

  /**
   * Trie nodes in the index column.
   *
   * @param prefix what their keys have before the hash
   */
  public NodeSource indexNodes(Bytes prefix) {
    return hash -> index(Bytes.concatenate(prefix, hash)).orElse(null);
  }

  private static final Function<Bytes, BlockHeader> DECODE_HEADER = BlockHeader::decode;

  final byte @Nullable [] value(Column column, byte[] key) {
    return database.get(column, key, view);
  }

  final Optional<Bytes> wrapped(Column column, byte[] key) {
    return Optional.ofNullable(value(column, key)).map(Bytes::wrap);
  }

  Optional<Bytes> ofBlock(Column column, Bytes32 blockHash) {
    OptionalLong number = number(blockHash);
    return number.isEmpty()
        ? Optional.empty()
        : wrapped(column, Keys.block(number.getAsLong(), blockHash));
  }

  final <T> T decode(String what, Bytes32 hash, Bytes bytes, Function<Bytes, T> decoder) {
    try {
      return decoder.apply(bytes);
    } catch (RlpException | IllegalArgumentException e) {
      throw new StoreException.Corrupt(
          database.directory(), "the " + what + " of block " + hash.toHexString(), e);
    }
  }
}
