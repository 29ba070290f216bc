package io.lesnode.chain.store;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.BiConsumer;
import java.util.function.BiPredicate;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.Options;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.Snapshot;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/**
 * An open RocksDB directory: locked, of a known schema, its columns by name. Reads are thread-safe
 * and may race with {@link #close}: a native object is never touched after it is gone. Writes come
 * from one thread.
 */
final class Database implements AutoCloseable {

  private static final byte[] SCHEMA_KEY = "schema".getBytes(StandardCharsets.UTF_8);

  private final Path directory;
  private final String remedy;
  private final Deque<AutoCloseable> resources;
  private final RocksDB rocks;
  private final Map<Column, ColumnFamilyHandle> handles;
  private final View latest;
  private final WriteOptions writeOptions;
  private final WriteOptions forcedOptions;
  private final ReentrantReadWriteLock closing = new ReentrantReadWriteLock();
  private boolean closed;

  /** Guards {@link #current} and the count of users of every view. */
  private final Object sharing = new Object();

  /** How many writes are over; changed under {@link #sharing}. */
  private volatile long writes;

  /** The snapshot in which nothing is missing yet, if there is one. */
  private @Nullable View current;

  /** Why a batch could not be written; null while all went well. */
  private volatile @Nullable StoreException failure;

  private Database(
      Path directory,
      String remedy,
      Deque<AutoCloseable> resources,
      RocksDB rocks,
      Map<Column, ColumnFamilyHandle> handles) {
    this.directory = directory;
    this.remedy = remedy;
    this.resources = resources;
    this.rocks = rocks;
    this.handles = handles;
    this.latest = new View(own(resources, new ReadOptions()), null, Long.MAX_VALUE);
    // The log is handed to the operating system with each batch and not forced to the disk: a
    // killed
    // process loses nothing, a power cut the newest batches as a whole.
    this.writeOptions = own(resources, new WriteOptions().setSync(false));
    this.forcedOptions = own(resources, new WriteOptions().setSync(true));
  }

  static Database open(Path directory, Schema schema, StoreOptions options) {
    Deque<AutoCloseable> resources = new ArrayDeque<>();
    boolean done = false;
    try {
      own(resources, DirectoryLock.acquire(directory));
      RocksDB.loadLibrary();
      Database database = openLocked(directory, schema, options, resources);
      done = true;
      return database;
    } catch (RocksDBException e) {
      throw StoreException.of(directory, "opening the database", e, schema.remedy());
    } finally {
      if (!done) {
        closeAll(resources);
      }
    }
  }

  private static Database openLocked(
      Path directory, Schema schema, StoreOptions options, Deque<AutoCloseable> resources)
      throws RocksDBException {
    Tuning tuning = own(resources, new Tuning(options));
    List<Column> known = schema.columns();
    Set<String> names = new HashSet<>();
    List<ColumnFamilyDescriptor> descriptors = new ArrayList<>();
    for (Column column : known) {
      names.add(column.columnName());
      descriptors.add(
          new ColumnFamilyDescriptor(
              column.nameBytes(), own(resources, tuning.columnOptions(column))));
    }
    for (byte[] name : existingColumns(directory)) {
      if (names.add(new String(name, StandardCharsets.UTF_8))) {
        // Of a newer version or another kind: RocksDB opens all columns or none.
        descriptors.add(
            new ColumnFamilyDescriptor(name, own(resources, new ColumnFamilyOptions())));
      }
    }
    List<ColumnFamilyHandle> opened = new ArrayList<>();
    RocksDB rocks =
        own(
            resources,
            RocksDB.open(
                own(resources, tuning.databaseOptions(schema)),
                directory.toString(),
                descriptors,
                opened));
    opened.forEach(handle -> own(resources, handle));
    checkSchema(directory, schema, rocks, descriptors.size());
    Map<Column, ColumnFamilyHandle> handles = new EnumMap<>(Column.class);
    for (int i = 0; i < known.size(); i++) {
      handles.put(known.get(i), opened.get(i));
    }
    return new Database(directory, schema.remedy(), resources, rocks, handles);
  }

  private static List<byte[]> existingColumns(Path directory) throws RocksDBException {
    if (!Files.exists(directory.resolve("CURRENT"))) {
      return List.of();
    }
    try (Options options = new Options()) {
      return RocksDB.listColumnFamilies(options, directory.toString());
    }
  }

  private static void checkSchema(Path directory, Schema schema, RocksDB rocks, int columns)
      throws RocksDBException {
    String wanted = schema.kind() + " " + schema.version();
    byte[] stored = rocks.get(SCHEMA_KEY);
    if (stored == null && columns == schema.columns().size() && isFresh(rocks)) {
      rocks.put(SCHEMA_KEY, wanted.getBytes(StandardCharsets.UTF_8));
      return;
    }
    String found = stored == null ? "none" : new String(stored, StandardCharsets.UTF_8);
    if (!found.equals(wanted)) {
      throw new StoreException.UnknownSchema(
          "the database in "
              + directory
              + " has schema '"
              + found
              + "', this program knows '"
              + wanted
              + "'; run the version that wrote it, or "
              + schema.remedy());
    }
  }

  private static boolean isFresh(RocksDB rocks) {
    try (RocksIterator iterator = rocks.newIterator()) {
      iterator.seekToFirst();
      return !iterator.isValid();
    }
  }

  Path directory() {
    return directory;
  }

  /** The newest values. */
  View latest() {
    return latest;
  }

  /** The value, or null where there is none. */
  byte @Nullable [] get(Column column, byte[] key, View view) {
    Lock reading = enter();
    try {
      return rocks.get(handle(column), view.options, key);
    } catch (RocksDBException e) {
      throw StoreException.of(directory, "reading " + column.columnName(), e, remedy);
    } finally {
      reading.unlock();
    }
  }

  /** Whether there is a value, at the least cost: nothing is copied. */
  boolean contains(Column column, byte[] key, View view) {
    Lock reading = enter();
    try {
      return rocks.get(handle(column), view.options, key, NOTHING) != RocksDB.NOT_FOUND;
    } catch (RocksDBException e) {
      throw StoreException.of(directory, "reading " + column.columnName(), e, remedy);
    } finally {
      reading.unlock();
    }
  }

  private static final byte[] NOTHING = {};

  /** Hands every key of a column to the action, in order. */
  void forEachKey(Column column, Consumer<byte[]> action) {
    iterate(column, iterator -> action.accept(iterator.key()));
  }

  /** Hands every key and value of a column to the action, in order of the keys. */
  void forEach(Column column, BiConsumer<byte[], byte[]> action) {
    iterate(column, iterator -> action.accept(iterator.key(), iterator.value()));
  }

  /** The same for the keys that start with a prefix. */
  void forEach(Column column, byte[] prefix, BiConsumer<byte[], byte[]> action) {
    iterate(column, prefix, iterator -> action.accept(iterator.key(), iterator.value()));
  }

  /** Hands keys and values from a key on to the action, in order, until it returns false. */
  void forEachFrom(Column column, byte[] firstKey, BiPredicate<byte[], byte[]> action) {
    forEachFrom(column, firstKey, latest, action);
  }

  /** The same in a view. */
  void forEachFrom(Column column, byte[] firstKey, View view, BiPredicate<byte[], byte[]> action) {
    Lock reading = enter();
    try (RocksIterator iterator = rocks.newIterator(handle(column), view.options)) {
      iterator.seek(firstKey);
      while (iterator.isValid() && action.test(iterator.key(), iterator.value())) {
        iterator.next();
      }
      iterator.status();
    } catch (RocksDBException e) {
      throw StoreException.of(directory, "reading " + column.columnName(), e, remedy);
    } finally {
      reading.unlock();
    }
  }

  private void iterate(Column column, Consumer<RocksIterator> action) {
    iterate(column, NOTHING, action);
  }

  private void iterate(Column column, byte[] prefix, Consumer<RocksIterator> action) {
    Lock reading = enter();
    try (RocksIterator iterator = rocks.newIterator(handle(column), latest.options)) {
      for (iterator.seek(prefix);
          iterator.isValid() && startsWith(iterator.key(), prefix);
          iterator.next()) {
        action.accept(iterator);
      }
      iterator.status();
    } catch (RocksDBException e) {
      throw StoreException.of(directory, "reading " + column.columnName(), e, remedy);
    } finally {
      reading.unlock();
    }
  }

  private static boolean startsWith(byte[] key, byte[] prefix) {
    return key.length >= prefix.length
        && Arrays.equals(key, 0, prefix.length, prefix, 0, prefix.length);
  }

  /**
   * Writes the batch as a whole or not at all. After a failure every later batch fails likewise:
   * what it builds on may not be there.
   */
  void write(WriteBatch batch, String action) {
    write(batch, action, writeOptions);
  }

  /** Adds to a batch. A closed column has no native object left, which must not be touched. */
  void put(WriteBatch batch, Column column, byte[] key, byte[] value) {
    Lock reading = enter();
    try {
      batch.put(handle(column), key, value);
    } catch (RocksDBException e) {
      throw StoreException.of(directory, "adding to a batch", e);
    } finally {
      reading.unlock();
    }
  }

  /** Adds a removal to a batch. */
  void delete(WriteBatch batch, Column column, byte[] key) {
    Lock reading = enter();
    try {
      batch.delete(handle(column), key);
    } catch (RocksDBException e) {
      throw StoreException.of(directory, "adding to a batch", e);
    } finally {
      reading.unlock();
    }
  }

  /** As {@link #write}, and returns only when the batch is on the disk. */
  void writeForced(WriteBatch batch, String action) {
    write(batch, action, forcedOptions);
  }

  private void write(WriteBatch batch, String action, WriteOptions durability) {
    Lock reading = enter();
    try {
      StoreException before = failure;
      if (before != null) {
        throw before;
      }
      rocks.write(durability, batch);
      endSharing();
    } catch (RocksDBException e) {
      StoreException typed = StoreException.of(directory, action, e);
      failure = typed;
      throw typed;
    } finally {
      reading.unlock();
    }
  }

  ColumnFamilyHandle handle(Column column) {
    ColumnFamilyHandle handle = handles.get(column);
    if (handle == null) {
      throw new IllegalArgumentException("no column " + column + " in " + directory);
    }
    return handle;
  }

  /**
   * The present moment. Taking a snapshot locks the database against its writer and makes two
   * native objects, so it is kept for whoever comes before the next write.
   */
  View snapshot() {
    Lock reading = enter();
    try {
      synchronized (sharing) {
        View shared = current;
        if (shared == null) {
          Snapshot snapshot = rocks.getSnapshot();
          shared = new View(new ReadOptions().setSnapshot(snapshot), snapshot, writes);
          current = shared;
        }
        shared.users++;
        return shared;
      }
    } finally {
      reading.unlock();
    }
  }

  /**
   * The moment from which on all views have what was just read in this one. The newest values may
   * be of writes that are not counted yet: whoever took a snapshot before such a write has at most
   * the present count.
   */
  long momentOfRead(View view) {
    return view.snapshot == null ? writes + 1 : view.moment;
  }

  /** Gives back what {@link #snapshot} gave, once. */
  void release(View view) {
    Lock reading = closing.readLock();
    reading.lock();
    try {
      synchronized (sharing) {
        view.users--;
        if (view.users == 0 && view != current) {
          drop(view);
        }
      }
    } finally {
      reading.unlock();
    }
  }

  /** The next snapshot is a new one: there was a write, or the end has come. */
  private void endSharing() {
    synchronized (sharing) {
      writes++;
      View shared = current;
      current = null;
      if (shared != null && shared.users == 0) {
        drop(shared);
      }
    }
  }

  private void drop(View view) {
    view.options.close();
    if (!closed && view.snapshot != null) {
      rocks.releaseSnapshot(view.snapshot);
    }
  }

  private Lock enter() {
    Lock reading = closing.readLock();
    reading.lock();
    if (closed) {
      reading.unlock();
      throw new StoreException.Closed(directory);
    }
    return reading;
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
      endSharing();
      closed = true;
      try {
        rocks.syncWal();
      } catch (RocksDBException e) {
        // After a failed write this fails too, and what was acknowledged is in the log already.
        if (failure == null) {
          throw StoreException.of(directory, "closing the database", e);
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
