package io.lesnode.chain.store;

import org.jspecify.annotations.Nullable;
import org.rocksdb.ReadOptions;
import org.rocksdb.Snapshot;

/** What a read sees: the newest values, or those at the moment a snapshot was taken. */
final class View {

  final ReadOptions options;
  final @Nullable Snapshot snapshot;

  View(ReadOptions options, @Nullable Snapshot snapshot) {
    this.options = options;
    this.snapshot = snapshot;
  }
}
