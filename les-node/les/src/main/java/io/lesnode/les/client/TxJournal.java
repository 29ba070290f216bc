package io.lesnode.les.client;

import io.lesnode.les.client.tx.PendingSet.Change;
import io.lesnode.les.client.tx.TrackedTransaction;
import java.util.List;

/** Where the transactions that were sent from here survive the end of the program. */
interface TxJournal {

  /** Remembers nothing. */
  TxJournal NONE =
      new TxJournal() {
        @Override
        public List<TrackedTransaction> load() {
          return List.of();
        }

        @Override
        public void write(List<Change> changes) {}
      };

  /** All that is kept, in no order. */
  List<TrackedTransaction> load();

  /**
   * Writes changes, all of them or none; when this returns, no end of the program undoes them.
   * Calls come one after another, on changing threads.
   */
  void write(List<Change> changes);
}
