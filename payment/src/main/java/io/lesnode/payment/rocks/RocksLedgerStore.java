package io.lesnode.payment.rocks;

import io.lesnode.payment.ledger.LedgerColumn;
import io.lesnode.payment.ledger.LedgerStore;
import io.lesnode.payment.ledger.LedgerStoreException;
import io.lesnode.payment.ledger.LedgerWrite;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.BiPredicate;
import org.apache.tuweni.bytes.Bytes;
import org.jspecify.annotations.Nullable;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.Cache;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.CompressionType;
import org.rocksdb.DBOptions;
import org.rocksdb.InfoLogLevel;
import org.rocksdb.LRUCache;
import org.rocksdb.Options;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.Status;
import org.rocksdb.WALRecoveryMode;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/**
 * The books in a RocksDB directory: one column family per {@link LedgerColumn} ({@code META} is the
 * default one), one write-ahead log that is forced to the disk with every synced write. Memory:
 * block cache 16 MiB, write buffers 4 × 8 MiB.
 *
 * <p>A process that is killed loses nothing that was written; a power cut nothing that was synced.
 */
public final class RocksLedgerStore implements LedgerStore {

  private static final long MEBIBYTE = 1L << 20;
  private static final long CACHE_BYTES = 16 * MEBIBYTE;
  private static final long WRITE_BUFFER_BYTES = 8 * MEBIBYTE;
  private static final long MAX_LOG_BYTES = 64 * MEBIBYTE;
  private static final int OPEN_FILES = 256;
  private static final double BLOOM_BITS_PER_KEY = 10;

  private final Path directory;
  private final Deque<AutoCloseable> resources;
  private final RocksDB rocks;
  private final Map<LedgerColumn, ColumnFamilyHandle> handles;
  private final ReadOptions latest;
  private final WriteOptions synced;
  private final WriteOptions buffered;
  private final ReentrantReadWriteLock closing = new ReentrantReadWriteLock();
  private boolean closed;

  /** Why a write failed; null while all went well. */
  private volatile @Nullable LedgerStoreException failure;

  private RocksLedgerStore(
      Path directory,
      Deque<AutoCloseable> resources,
      RocksDB rocks,
      Map<LedgerColumn, ColumnFamilyHandle> handles) {
    this.directory = directory;
    this.resources = resources;
    this.rocks = rocks;
    this.handles = handles;
    this.latest = own(resources, new ReadOptions());
    this.synced = own(resources, new WriteOptions().setSync(true));
    this.buffered = own(resources, new WriteOptions().setSync(false));
  }

  /**
   * Opens the books in a directory, or makes new ones there.
   *
   * @throws LedgerStoreException if they are open elsewhere, are something else, or cannot be read
   */
  public static RocksLedgerStore open(Path directory) {
    Deque<AutoCloseable> resources = new ArrayDeque<>();
    boolean done = false;
    try {
      own(resources, DirectoryLock.acquire(directory));
      RocksDB.loadLibrary();
      RocksLedgerStore store = openLocked(directory, resources);
      done = true;
      return store;
    } catch (RocksDBException e) {
      throw typed(directory, "opening", e);
    } finally {
      if (!done) {
        closeAll(resources);
      }
    }
  }

  private static RocksLedgerStore openLocked(Path directory, Deque<AutoCloseable> resources)
      throws RocksDBException {
    ColumnFamilyOptions options = columnOptions(resources);
    List<ColumnFamilyDescriptor> descriptors = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (LedgerColumn column : LedgerColumn.values()) {
      names.add(columnName(column));
      descriptors.add(
          new ColumnFamilyDescriptor(columnName(column).getBytes(StandardCharsets.UTF_8), options));
    }
    for (byte[] name : existingColumns(directory)) {
      if (names.add(new String(name, StandardCharsets.UTF_8))) {
        // Of a newer version: RocksDB opens all columns or none, and the ledger says what it is.
        descriptors.add(new ColumnFamilyDescriptor(name, options));
      }
    }
    List<ColumnFamilyHandle> opened = new ArrayList<>();
    RocksDB rocks =
        own(
            resources,
            RocksDB.open(
                own(resources, databaseOptions()), directory.toString(), descriptors, opened));
    opened.forEach(handle -> own(resources, handle));
    Map<LedgerColumn, ColumnFamilyHandle> handles = new EnumMap<>(LedgerColumn.class);
    Iterator<ColumnFamilyHandle> inOrder = opened.iterator();
    for (LedgerColumn column : LedgerColumn.values()) {
      handles.put(column, inOrder.next());
    }
    return new RocksLedgerStore(directory, resources, rocks, handles);
  }

  private static String columnName(LedgerColumn column) {
    return column == LedgerColumn.META
        ? new String(RocksDB.DEFAULT_COLUMN_FAMILY, StandardCharsets.UTF_8)
        : column.name().toLowerCase(Locale.ROOT);
  }

  private static List<byte[]> existingColumns(Path directory) throws RocksDBException {
    if (!Files.exists(directory.resolve("CURRENT"))) {
      return List.of();
    }
    try (Options options = new Options()) {
      return RocksDB.listColumnFamilies(options, directory.toString());
    }
  }

  private static DBOptions databaseOptions() {
    return new DBOptions()
        .setCreateIfMissing(true)
        .setCreateMissingColumnFamilies(true)
        .setMaxTotalWalSize(MAX_LOG_BYTES)
        .setMaxOpenFiles(OPEN_FILES)
        .setMaxBackgroundJobs(2)
        .setBytesPerSync(MEBIBYTE)
        // There is one writer: what lets several insert at once only costs it time.
        .setAllowConcurrentMemtableWrite(false)
        // A torn end of the log is what a crash leaves; anything before it must be whole.
        .setWalRecoveryMode(WALRecoveryMode.PointInTimeRecovery)
        .setInfoLogLevel(InfoLogLevel.WARN_LEVEL)
        .setKeepLogFileNum(2)
        .setMaxLogFileSize(4 * MEBIBYTE);
  }

  private static ColumnFamilyOptions columnOptions(Deque<AutoCloseable> resources) {
    Cache cache = own(resources, new LRUCache(CACHE_BYTES));
    BloomFilter bloom = own(resources, new BloomFilter(BLOOM_BITS_PER_KEY));
    BlockBasedTableConfig table =
        new BlockBasedTableConfig()
            .setBlockCache(cache)
            .setCacheIndexAndFilterBlocks(true)
            .setFilterPolicy(bloom)
            .setFormatVersion(5);
    return own(
        resources,
        new ColumnFamilyOptions()
            .setTableFormatConfig(table)
            .setWriteBufferSize(WRITE_BUFFER_BYTES)
            .setCompressionType(CompressionType.LZ4_COMPRESSION));
  }

  /** Where they are. */
  public Path directory() {
    return directory;
  }

  @Override
  public Optional<Bytes> get(LedgerColumn column, Bytes key) {
    return get(latest, column, key);
  }

  private Optional<Bytes> get(ReadOptions options, LedgerColumn column, Bytes key) {
    Lock reading = enter();
    try {
      return Optional.ofNullable(rocks.get(handle(column), options, key.toArrayUnsafe()))
          .map(Bytes::wrap);
    } catch (RocksDBException e) {
      throw typed(directory, "reading", e);
    } finally {
      reading.unlock();
    }
  }

  @Override
  public void scan(LedgerColumn column, Bytes firstKey, BiPredicate<Bytes, Bytes> action) {
    scan(latest, column, firstKey, action);
  }

  private void scan(
      ReadOptions options, LedgerColumn column, Bytes firstKey, BiPredicate<Bytes, Bytes> action) {
    Lock reading = enter();
    try (RocksIterator rows = rocks.newIterator(handle(column), options)) {
      rows.seek(firstKey.toArrayUnsafe());
      while (rows.isValid() && action.test(Bytes.wrap(rows.key()), Bytes.wrap(rows.value()))) {
        rows.next();
      }
      rows.status();
    } catch (RocksDBException e) {
      throw typed(directory, "reading", e);
    } finally {
      reading.unlock();
    }
  }

  @Override
  public void write(LedgerWrite changes, boolean toDisk) {
    Lock reading = enter();
    try (WriteBatch batch = new WriteBatch()) {
      LedgerStoreException before = failure;
      if (before != null) {
        throw before;
      }
      for (LedgerWrite.Change change : changes.changes()) {
        Bytes value = change.value();
        byte[] key = change.key().toArrayUnsafe();
        if (value == null) {
          batch.delete(handle(change.column()), key);
        } else {
          batch.put(handle(change.column()), key, value.toArrayUnsafe());
        }
      }
      rocks.write(toDisk ? synced : buffered, batch);
    } catch (RocksDBException e) {
      LedgerStoreException typed = typed(directory, "writing", e);
      failure = typed;
      throw typed;
    } finally {
      reading.unlock();
    }
  }

  @Override
  public Snapshot snapshot() {
    Lock reading = enter();
    try {
      return new Moment();
    } finally {
      reading.unlock();
    }
  }

  /** One moment; RocksDB keeps what later writes replace until it is closed. */
  private final class Moment implements Snapshot {
    private final org.rocksdb.Snapshot snapshot = rocks.getSnapshot();
    private final ReadOptions options = new ReadOptions().setSnapshot(snapshot);
    private boolean released;

    @Override
    public Optional<Bytes> get(LedgerColumn column, Bytes key) {
      return RocksLedgerStore.this.get(options, column, key);
    }

    @Override
    public void scan(LedgerColumn column, Bytes firstKey, BiPredicate<Bytes, Bytes> action) {
      RocksLedgerStore.this.scan(options, column, firstKey, action);
    }

    @Override
    public void close() {
      Lock reading = closing.readLock();
      reading.lock();
      try {
        if (!released) {
          released = true;
          options.close();
          if (!closed) {
            rocks.releaseSnapshot(snapshot);
          }
        }
      } finally {
        reading.unlock();
      }
    }
  }

  private ColumnFamilyHandle handle(LedgerColumn column) {
    ColumnFamilyHandle handle = handles.get(column);
    if (handle == null) {
      throw new IllegalStateException("no column " + column);
    }
    return handle;
  }

  private Lock enter() {
    Lock reading = closing.readLock();
    reading.lock();
    if (closed) {
      reading.unlock();
      throw new LedgerStoreException.Closed("the books in " + directory + " are closed already");
    }
    return reading;
  }

  private static LedgerStoreException typed(Path directory, String action, RocksDBException cause) {
    Status status = cause.getStatus();
    String text = String.valueOf(cause.getMessage());
    String what = action + " the books in " + directory + " failed: " + text;
    if (status != null
        && (status.getSubCode() == Status.SubCode.NoSpace
            || text.contains("No space left")
            || text.contains("space limit"))) {
      return new LedgerStoreException.DiskFull(
          what + "; free some space and start again: what was acknowledged is safe", cause);
    }
    if (status != null && status.getCode() == Status.Code.Corruption) {
      return new LedgerStoreException.Corrupt(
          what + "; put back a copy of the directory, or ask payers for their newest proofs",
          cause);
    }
    return new LedgerStoreException.InputOutput(
        what + "; check the disk and the permissions of the directory, then start again", cause);
  }

  /** Forces the log to the disk and closes; reads that are under way finish first. */
  @Override
  public void close() {
    Lock exclusive = closing.writeLock();
    exclusive.lock();
    try {
      if (closed) {
        return;
      }
      closed = true;
      try {
        rocks.syncWal();
      } catch (RocksDBException e) {
        // After a failed write this fails too, and what was acknowledged is in the log already.
        if (failure == null) {
          throw typed(directory, "closing", e);
        }
      } finally {
        closeAll(resources);
      }
    } finally {
      exclusive.unlock();
    }
  }

  private static <T extends AutoCloseable> T own(Deque<AutoCloseable> resources, T resource) {
    resources.push(resource);
    return resource;
  }

  private static void closeAll(Deque<AutoCloseable> resources) {
    while (!resources.isEmpty()) {
      AutoCloseable resource = resources.pop();
      try {
        resource.close();
      } catch (Exception e) {
        throw new IllegalStateException("closing " + resource, e);
      }
    }
  }
}
