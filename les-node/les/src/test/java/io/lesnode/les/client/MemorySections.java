package io.lesnode.les.client;

import io.lesnode.chain.index.CheckpointEntry;
import io.lesnode.chain.index.HelperTrie;
import io.lesnode.chain.index.LightSections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
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

  @Override
  public LightSections.Missing missing(long sectionIndex) {
    return new LightSections.Missing(false, List.of());
  }

  @Override
  public void putNodes(HelperTrie kind, Map<Bytes32, Bytes> nodes) {}

  @Override
  public Optional<CheckpointEntry> build(long sectionIndex, BooleanSupplier goOn) {
    return Optional.empty(); // only a store on disk builds sections
  }

  @Override
  public void prune() {}

  @Override
  public long keptFrom() {
    return 0;
  }
}
