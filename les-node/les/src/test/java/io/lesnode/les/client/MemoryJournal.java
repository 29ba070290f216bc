package io.lesnode.les.client;

import io.lesnode.les.client.tx.PendingSet.Change;
import io.lesnode.les.client.tx.TrackedTransaction;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;

/** A journal that survives an engine, and may break. Confined to the test's thread. */
final class MemoryJournal implements TxJournal {
  private final Map<Bytes32, Bytes> records = new LinkedHashMap<>();
  boolean broken;

  @Override
  public List<TrackedTransaction> load() {
    List<TrackedTransaction> loaded = new ArrayList<>();
    records.values().forEach(record -> loaded.add(TrackedTransaction.decode(record)));
    return loaded;
  }

  @Override
  public void write(List<Change> changes) {
    if (broken) {
      throw new IllegalStateException("disk full");
    }
    for (Change change : changes) {
      switch (change) {
        case Change.Keep(TrackedTransaction tracked) ->
            records.put(tracked.hash(), tracked.encoded());
        case Change.Forget(Bytes32 hash) -> records.remove(hash);
      }
    }
  }

  int size() {
    return records.size();
  }
}
