package io.lesnode.chain.store;

import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.Cache;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.CompactionOptionsFIFO;
import org.rocksdb.CompactionStyle;
import org.rocksdb.CompressionType;
import org.rocksdb.DBOptions;
import org.rocksdb.DataBlockIndexType;
import org.rocksdb.InfoLogLevel;
import org.rocksdb.LRUCache;
import org.rocksdb.WALRecoveryMode;
import org.rocksdb.WriteBufferManager;

/**
 * RocksDB's settings. One block cache and one write buffer budget, charged to the cache, serve all
 * columns, so that {@link StoreOptions#blockCacheBytes} bounds the native memory; index and filter
 * blocks live in the cache too. Nearly all reads are of single keys: every column has a bloom
 * filter. Blocks are keyed by number first, so that an import appends and compaction moves files
 * instead of merging them.
 */
final class Tuning implements AutoCloseable {

  private static final long MEBIBYTE = 1L << 20;
  private static final int OPEN_FILES = 512;

  /** What a first-in-first-out column demands; a light store has few files. */
  private static final int ALL_FILES = -1;

  private static final int BACKGROUND_JOBS = 2;
  private static final double BLOOM_BITS_PER_KEY = 10;
  private static final double MEMTABLE_BLOOM_RATIO = 0.05;

  private final StoreOptions options;
  private final Cache cache;
  private final WriteBufferManager writeBuffers;
  private final BloomFilter bloom = new BloomFilter(BLOOM_BITS_PER_KEY);
  private final CompactionOptionsFIFO fifo;

  Tuning(StoreOptions options) {
    this.options = options;
    this.fifo = new CompactionOptionsFIFO().setMaxTableFilesSize(options.verifiedBytes());
    this.cache = new LRUCache(options.blockCacheBytes());
    this.writeBuffers = new WriteBufferManager(options.memtableBytes(), cache);
  }

  DBOptions databaseOptions(Schema schema) {
    return new DBOptions()
        .setCreateIfMissing(true)
        .setCreateMissingColumnFamilies(true)
        .setWriteBufferManager(writeBuffers)
        .setMaxTotalWalSize(2 * options.memtableBytes())
        .setMaxOpenFiles(schema.columns().contains(Column.VERIFIED) ? ALL_FILES : OPEN_FILES)
        .setMaxBackgroundJobs(BACKGROUND_JOBS)
        .setBytesPerSync(MEBIBYTE)
        // There is one writer: what lets several insert at once only costs it time.
        .setAllowConcurrentMemtableWrite(false)
        // A torn end of the log is what a crash leaves; anything before it must be whole.
        .setWalRecoveryMode(WALRecoveryMode.PointInTimeRecovery)
        .setInfoLogLevel(InfoLogLevel.WARN_LEVEL)
        .setKeepLogFileNum(2)
        .setMaxLogFileSize(4 * MEBIBYTE);
  }

  ColumnFamilyOptions columnOptions(Column column) {
    BlockBasedTableConfig table =
        new BlockBasedTableConfig()
            .setBlockCache(cache)
            .setCacheIndexAndFilterBlocks(true)
            .setPinL0FilterAndIndexBlocksInCache(true)
            .setFilterPolicy(bloom)
            .setDataBlockIndexType(DataBlockIndexType.kDataBlockBinaryAndHash)
            .setFormatVersion(5)
            .setBlockSize(8192);
    ColumnFamilyOptions made =
        new ColumnFamilyOptions()
            .setTableFormatConfig(table)
            .setWriteBufferSize(options.memtableBytes() / 3)
            .setMemtablePrefixBloomSizeRatio(MEMTABLE_BLOOM_RATIO)
            .setMemtableWholeKeyFiltering(true);
    return switch (column.shape()) {
      case PLAIN -> made.setCompressionType(CompressionType.NO_COMPRESSION);
      case COMPRESSED -> made.setCompressionType(CompressionType.LZ4_COMPRESSION);
      case FIFO ->
          made.setCompressionType(CompressionType.LZ4_COMPRESSION)
              .setCompactionStyle(CompactionStyle.FIFO)
              .setCompactionOptionsFIFO(fifo);
    };
  }

  @Override
  public void close() {
    writeBuffers.close();
    bloom.close();
    fifo.close();
    cache.close();
  }
}
