package io.lesnode.les.client;

import io.lesnode.chain.index.CheckpointEntry;
import io.lesnode.chain.index.HelperTrie;
import io.lesnode.chain.index.LightSections;
import io.lesnode.chain.index.Sections;
import io.lesnode.chain.store.LightStore;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.jspecify.annotations.Nullable;

/** The trusted sections of a light client in its {@link LightStore}. Thread-safe for reads. */
final class DiskSections implements TrustedSections.Store {
  private final LightSections rows;

  DiskSections(LightStore store, Sections sections) {
    rows = new LightSections(store, sections);
  }

  @Override
  public Optional<CheckpointEntry> latest() {
    return rows.latest();
  }

  @Override
  public Optional<CheckpointEntry> get(long sectionIndex) {
    return rows.get(sectionIndex);
  }

  @Override
  public void register(CheckpointEntry section) {
    rows.register(section);
  }

  @Override
  public @Nullable Bytes node(HelperTrie kind, Bytes32 hash) {
    return rows.node(kind, hash).orElse(null);
  }

  @Override
  public LightSections.Missing missing(long sectionIndex) {
    return rows.missing(sectionIndex);
  }

  @Override
  public void putNodes(HelperTrie kind, Map<Bytes32, Bytes> nodes) {
    rows.putNodes(kind, nodes);
  }

  @Override
  public Optional<CheckpointEntry> build(long sectionIndex, BooleanSupplier goOn) {
    return rows.build(sectionIndex, goOn);
  }

  @Override
  public void prune() {
    rows.prune();
  }

  @Override
  public long keptFrom() {
    return rows.keptFrom();
  }
}
