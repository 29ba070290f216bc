package io.lesnode.chain.store;

import org.jspecify.annotations.Nullable;
import org.rocksdb.ReadOptions;
import org.rocksdb.Snapshot;

/**
 * What a read sees: the newest values, or those at the moment a snapshot was taken. A snapshot is
 * shared by all who ask for one between two writes; {@link Database} counts them.
 */
final class View {

  final ReadOptions options;
  final @Nullable Snapshot snapshot;

  /** Grows with every write; what one moment has, all later ones have. */
  final long moment;

  /** How many readers have it; guarded by the database. */
  int users;

  View(ReadOptions options, @Nullable Snapshot snapshot, long moment) {
    this.options = options;
    this.snapshot = snapshot;
    this.moment = moment;
  }
}
