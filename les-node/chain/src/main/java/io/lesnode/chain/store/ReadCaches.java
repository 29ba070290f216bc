package io.lesnode.chain.store;

import org.jspecify.annotations.Nullable;

/** What a full node's store keeps ready on the heap; shared by all its readers. Thread-safe. */
record ReadCaches(
    NodeCache nodes,
    BlockCache headers,
    BlockCache bodies,
    BlockCache receipts,
    CanonicalCache canonical) {

  private static final int MEBIBYTE = 1 << 20;

  /** Light clients walk through headers, most of them through the same ones. */
  private static final int HEADER_PLACES = 1 << 16;

  private static final int HEADER_BYTES = 32 * MEBIBYTE;
  private static final int CANONICAL_PLACES = 1 << 13;
  private static final int BODY_PLACES = 1 << 13;
  private static final int BODY_BYTES = 16 * MEBIBYTE;

  static ReadCaches of(StoreOptions options) {
    return new ReadCaches(
        new NodeCache(options.nodeCacheEntries()),
        new BlockCache(HEADER_PLACES, HEADER_BYTES),
        new BlockCache(BODY_PLACES, BODY_BYTES),
        new BlockCache(BODY_PLACES, BODY_BYTES),
        new CanonicalCache(CANONICAL_PLACES));
  }

  /** The cache of a column whose keys are blocks, or null where it has none. */
  @Nullable BlockCache of(Column column) {
    return column == Column.HEADERS
        ? headers
        : column == Column.BODIES ? bodies : column == Column.RECEIPTS ? receipts : null;
  }
}
