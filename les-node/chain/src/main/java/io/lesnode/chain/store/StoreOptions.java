package io.lesnode.chain.store;

/**
 * How a store behaves and how much memory it may use.
 *
 * @param gcMode which states are kept
 * @param keepStates in {@link GcMode#FULL}: how many states below the head stay available, at least
 *     {@value #MIN_KEEP_STATES}
 * @param blockCacheBytes bound of RocksDB's caches together with its write buffers
 * @param memtableBytes the part of it that write buffers may take before they are flushed
 * @param nodeCacheEntries how many trie nodes are kept ready; an entry is at most about 700 bytes
 * @param verifiedBytes bound of a light store's cache of fetched data on disk; what is in write
 *     buffers comes on top
 */
public record StoreOptions(
    GcMode gcMode,
    int keepStates,
    long blockCacheBytes,
    long memtableBytes,
    int nodeCacheEntries,
    long verifiedBytes) {

  private static final long MEBIBYTE = 1L << 20;
  private static final long DEFAULT_VERIFIED_BYTES = 512 * MEBIBYTE;

  /** geth serves the last 128 states; fewer would break light clients of a busy chain. */
  public static final int MIN_KEEP_STATES = 128;

  private static final int DEFAULT_KEEP_STATES = 192;

  /** With the usual bound of fetched data. */
  public StoreOptions(
      GcMode gcMode,
      int keepStates,
      long blockCacheBytes,
      long memtableBytes,
      int nodeCacheEntries) {
    this(
        gcMode,
        keepStates,
        blockCacheBytes,
        memtableBytes,
        nodeCacheEntries,
        DEFAULT_VERIFIED_BYTES);
  }

  /** Checks the sizes. */
  public StoreOptions {
    if (keepStates < MIN_KEEP_STATES) {
      throw new IllegalArgumentException(
          "at least " + MIN_KEEP_STATES + " states are kept, not " + keepStates);
    }
    if (memtableBytes < MEBIBYTE
        || blockCacheBytes < 2 * memtableBytes
        || nodeCacheEntries < 1
        || verifiedBytes < MEBIBYTE) {
      throw new IllegalArgumentException("caches too small");
    }
  }

  /**
   * About 256 MiB of RocksDB caches and at most 90 MiB of trie nodes.
   *
   * @param gcMode which states are kept
   */
  public static StoreOptions defaults(GcMode gcMode) {
    return new StoreOptions(gcMode, DEFAULT_KEEP_STATES, 256 * MEBIBYTE, 96 * MEBIBYTE, 1 << 17);
  }

  /**
   * About 16 MiB of RocksDB caches and at most 3 MiB of trie nodes: what a light client reads and
   * writes between two heads is small.
   */
  public static StoreOptions light() {
    return new StoreOptions(GcMode.FULL, DEFAULT_KEEP_STATES, 16 * MEBIBYTE, 6 * MEBIBYTE, 1 << 12);
  }

  /** About 16 MiB of RocksDB caches and no trie nodes, for a few megabytes of records. */
  static StoreOptions records() {
    return new StoreOptions(GcMode.FULL, MIN_KEEP_STATES, 16 * MEBIBYTE, 4 * MEBIBYTE, 1);
  }

  /** The same with another number of states. */
  public StoreOptions withKeepStates(int states) {
    return new StoreOptions(
        gcMode, states, blockCacheBytes, memtableBytes, nodeCacheEntries, verifiedBytes);
  }

  /** The same with another bound of fetched data. */
  public StoreOptions withVerifiedBytes(long bytes) {
    return new StoreOptions(
        gcMode, keepStates, blockCacheBytes, memtableBytes, nodeCacheEntries, bytes);
  }
}
