package io.lesnode.payment.ledger;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.apache.tuweni.bytes.Bytes;
import org.jspecify.annotations.Nullable;

/** Changes of a ledger store, in order. Confined to one thread. */
public final class LedgerWrite {

  /**
   * One change.
   *
   * @param value the new value; null: the key is removed
   */
  public record Change(LedgerColumn column, Bytes key, @Nullable Bytes value) {}

  private final List<Change> changes = new ArrayList<>();

  /** Sets a value. */
  public LedgerWrite put(LedgerColumn column, Bytes key, Bytes value) {
    changes.add(new Change(column, key, value));
    return this;
  }

  /** Removes a key; no matter whether it is there. */
  public LedgerWrite remove(LedgerColumn column, Bytes key) {
    changes.add(new Change(column, key, null));
    return this;
  }

  /** All changes so far, in order. */
  public List<Change> changes() {
    return Collections.unmodifiableList(changes);
  }
}
