package io.lesnode.payment.ledger;

import java.util.EnumMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.BiPredicate;
import org.apache.tuweni.bytes.Bytes;
import org.jspecify.annotations.Nullable;

/** Books in memory, for tests and simulations: durable as long as the object lives. */
public final class MemoryLedgerStore implements LedgerStore {

  private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
  private final Map<LedgerColumn, NavigableMap<Bytes, Bytes>> columns;
  private boolean closed;

  /** Empty books. */
  public MemoryLedgerStore() {
    this(emptyColumns());
  }

  private MemoryLedgerStore(Map<LedgerColumn, NavigableMap<Bytes, Bytes>> columns) {
    this.columns = columns;
  }

  private static Map<LedgerColumn, NavigableMap<Bytes, Bytes>> emptyColumns() {
    Map<LedgerColumn, NavigableMap<Bytes, Bytes>> made = new EnumMap<>(LedgerColumn.class);
    for (LedgerColumn column : LedgerColumn.values()) {
      made.put(column, new TreeMap<>(LexicographicOrder.INSTANCE));
    }
    return made;
  }

  /** Opens the same books again after {@link #close}, as a new process would. */
  public MemoryLedgerStore reopen() {
    Lock writing = lock.writeLock();
    writing.lock();
    try {
      if (!closed) {
        throw new LedgerStoreException.Locked("the books in memory are open; close them first");
      }
      return new MemoryLedgerStore(columns);
    } finally {
      writing.unlock();
    }
  }

  @Override
  public Optional<Bytes> get(LedgerColumn column, Bytes key) {
    Lock reading = enter(lock.readLock());
    try {
      return Optional.ofNullable(rows(column).get(key));
    } finally {
      reading.unlock();
    }
  }

  @Override
  public void scan(LedgerColumn column, Bytes firstKey, BiPredicate<Bytes, Bytes> action) {
    Lock reading = enter(lock.readLock());
    try {
      scan(rows(column), firstKey, action);
    } finally {
      reading.unlock();
    }
  }

  private static void scan(
      NavigableMap<Bytes, Bytes> rows, Bytes firstKey, BiPredicate<Bytes, Bytes> action) {
    for (Map.Entry<Bytes, Bytes> row : rows.tailMap(firstKey, true).entrySet()) {
      if (!action.test(row.getKey(), row.getValue())) {
        return;
      }
    }
  }

  @Override
  public void write(LedgerWrite changes, boolean synced) {
    Lock writing = enter(lock.writeLock());
    try {
      for (LedgerWrite.Change change : changes.changes()) {
        @Nullable Bytes value = change.value();
        if (value == null) {
          rows(change.column()).remove(change.key());
        } else {
          rows(change.column()).put(copy(change.key()), copy(value));
        }
      }
    } finally {
      writing.unlock();
    }
  }

  /** {@link Bytes#copy} shares the array. */
  private static Bytes copy(Bytes bytes) {
    return Bytes.wrap(bytes.toArray());
  }

  @Override
  public Snapshot snapshot() {
    Lock reading = enter(lock.readLock());
    try {
      Map<LedgerColumn, NavigableMap<Bytes, Bytes>> copies = new EnumMap<>(LedgerColumn.class);
      columns.forEach((column, rows) -> copies.put(column, new TreeMap<>(rows)));
      return new Moment(copies);
    } finally {
      reading.unlock();
    }
  }

  @Override
  public void close() {
    Lock writing = lock.writeLock();
    writing.lock();
    try {
      closed = true;
    } finally {
      writing.unlock();
    }
  }

  private Lock enter(Lock wanted) {
    wanted.lock();
    if (closed) {
      wanted.unlock();
      throw new LedgerStoreException.Closed("the books in memory are closed already");
    }
    return wanted;
  }

  private NavigableMap<Bytes, Bytes> rows(LedgerColumn column) {
    return rows(columns, column);
  }

  private static NavigableMap<Bytes, Bytes> rows(
      Map<LedgerColumn, NavigableMap<Bytes, Bytes>> columns, LedgerColumn column) {
    NavigableMap<Bytes, Bytes> rows = columns.get(column);
    if (rows == null) {
      throw new IllegalStateException("no column " + column);
    }
    return rows;
  }

  /** A copy. */
  private record Moment(Map<LedgerColumn, NavigableMap<Bytes, Bytes>> columns) implements Snapshot {
    @Override
    public Optional<Bytes> get(LedgerColumn column, Bytes key) {
      return Optional.ofNullable(rows(columns, column).get(key));
    }

    @Override
    public void scan(LedgerColumn column, Bytes firstKey, BiPredicate<Bytes, Bytes> action) {
      MemoryLedgerStore.scan(rows(columns, column), firstKey, action);
    }

    @Override
    public void close() {}
  }
}
