package io.lesnode.chain.store;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.LongFunction;
import org.apache.tuweni.bytes.Bytes32;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/**
 * The pruning of old states (docs/decisions/0003-state-pruning.md). Confined to the writer.
 *
 * <p>The question: which nodes of a state that nobody needs any more are also part of a state that
 * somebody needs? The law: a node's count is the number of its places in the oldest kept state plus
 * the number of insertions by the blocks after it. When block n becomes the oldest, its row is
 * carried out: for the canonical block the places that it removed are taken off, since they were in
 * the state before; for its siblings the places that they inserted, since their states are given
 * up. Both keep the law true for the new oldest state.
 *
 * <p>Example: block 5 removes leaf A and inserts B; block 6 removes B and inserts A again. A has
 * count 2 until block 5 becomes the oldest, then 1; when block 6 does, B goes and A stays.
 */
final class StateJournal {

  /** Heights carried out per batch at most: catching up after a change of settings takes turns. */
  private static final int HEIGHTS_PER_BATCH = 64;

  /** A batch that changes more nodes than this carries out no further height. */
  private static final int CHANGES_PER_BATCH = 50_000;

  private static final byte[] LAST_KEY = lastKey();

  private final Database database;
  private final StoreOptions options;
  private final NavigableMap<Long, List<Bytes32>> rows = new TreeMap<>();

  StateJournal(Database database, StoreOptions options) {
    this.database = database;
    this.options = options;
    database.forEachKey(Column.STATE_JOURNAL, this::note);
    if (options.gcMode() == GcMode.ARCHIVE && !rows.isEmpty()) {
      forgetAll();
    }
  }

  private void note(byte[] key) {
    long number = ByteBuffer.wrap(key).getLong();
    note(number, Bytes32.wrap(Arrays.copyOfRange(key, Long.BYTES, Long.BYTES + Bytes32.SIZE)));
  }

  private void note(long number, Bytes32 hash) {
    rows.computeIfAbsent(number, unused -> new ArrayList<>(1)).add(hash);
  }

  /** An archive never carries a row out, so that what it has stays available for good. */
  private void forgetAll() {
    try (WriteBatch batch = new WriteBatch()) {
      batch.deleteRange(database.handle(Column.STATE_JOURNAL), new byte[0], LAST_KEY);
      database.write(batch, "leaving the pruned mode");
      rows.clear();
    } catch (RocksDBException e) {
      throw StoreException.of(database.directory(), "leaving the pruned mode", e);
    }
  }

  boolean isKept() {
    return options.gcMode() == GcMode.FULL;
  }

  boolean has(long number, Bytes32 hash) {
    return rows.getOrDefault(number, List.of()).contains(hash);
  }

  void put(WriteBatch batch, long number, Bytes32 hash, JournalRow row) throws RocksDBException {
    batch.put(database.handle(Column.STATE_JOURNAL), Keys.block(number, hash), row.encoded());
  }

  /** The batch with the row is on the disk. */
  void onWritten(long number, Bytes32 hash) {
    note(number, hash);
  }

  /**
   * Carries out the rows of heights that fall out of the window below the head.
   *
   * @param canonical the canonical hash at a height as it is after this batch
   * @return the height whose state is the oldest now, or -1 where nothing changed
   */
  long carryOut(
      WriteBatch batch, long head, LongFunction<@Nullable Bytes32> canonical, NodeChanges changes)
      throws RocksDBException {
    if (!isKept()) {
      return -1;
    }
    long last = -1;
    int heights = 0;
    for (Map.Entry<Long, List<Bytes32>> entry :
        rows.headMap(head - options.keepStates(), true).entrySet()) {
      if (heights++ >= HEIGHTS_PER_BATCH || changes.size() > CHANGES_PER_BATCH) {
        break;
      }
      long number = entry.getKey();
      Bytes32 chosen = canonical.apply(number);
      for (Bytes32 hash : entry.getValue()) {
        carryOut(batch, number, hash, hash.equals(chosen), changes);
      }
      last = number;
    }
    return last;
  }

  private void carryOut(
      WriteBatch batch, long number, Bytes32 hash, boolean isCanonical, NodeChanges changes)
      throws RocksDBException {
    byte[] key = Keys.block(number, hash);
    byte[] stored = database.get(Column.STATE_JOURNAL, key, database.latest());
    if (stored == null) {
      return;
    }
    JournalRow row;
    try {
      row = JournalRow.decode(stored);
    } catch (IllegalArgumentException e) {
      throw new StoreException.Corrupt(
          database.directory(), "the state journal of block " + hash.toHexString(), e);
    }
    if (isCanonical) {
      changes.complete(row);
    } else {
      changes.undo(row);
    }
    batch.delete(database.handle(Column.STATE_JOURNAL), key);
  }

  /** The batch that carried out everything up to this height is on the disk. */
  void onCarriedOut(long number) {
    rows.headMap(number, true).clear();
  }

  private static byte[] lastKey() {
    byte[] key = new byte[Long.BYTES + Bytes32.SIZE + 1];
    Arrays.fill(key, (byte) 0xff);
    return key;
  }
}
