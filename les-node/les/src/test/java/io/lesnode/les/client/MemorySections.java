package io.lesnode.les.client;

import io.lesnode.chain.index.CheckpointEntry;
import io.lesnode.chain.index.HelperTrie;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.jspecify.annotations.Nullable;

/** Trusted sections in memory. Confined to the test's thread. */
final class MemorySections implements TrustedSections.Store {
  private final TreeMap<Long, CheckpointEntry> rows = new TreeMap<>();

  @Override
  public Optional<CheckpointEntry> latest() {
    return rows.isEmpty() ? Optional.empty() : Optional.of(rows.lastEntry().getValue());
  }

  @Override
  public Optional<CheckpointEntry> get(long sectionIndex) {
    return Optional.ofNullable(rows.get(sectionIndex));
  }

  @Override
  public void register(CheckpointEntry section) {
    rows.put(section.sectionIndex(), section);
  }

  @Override
  public @Nullable Bytes node(HelperTrie kind, Bytes32 hash) {
    return null;
  }
}
