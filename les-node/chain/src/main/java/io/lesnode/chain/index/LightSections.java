package io.lesnode.chain.index;

import io.lesnode.chain.store.LightBatch;
import io.lesnode.chain.store.LightStore;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;

/**
 * The sections that a light client trusts, in its store: those that it was told to trust, and those
 * that it built itself on top. Other than a full node's they need not begin at section 0. A section
 * counts unless the canonical chain has another block where its last one should be.
 *
 * <p>Thread-safe for reads; written by one thread at a time, one batch for each step.
 */
public final class LightSections implements Checkpoints {

  private static final Bytes NEWEST =
      Bytes.wrap("newest-section".getBytes(StandardCharsets.US_ASCII));

  private final LightStore store;
  private final Sections sections;

  /**
   * Reads and writes.
   *
   * @param sections as the tries were built
   */
  public LightSections(LightStore store, Sections sections) {
    this.store = store;
    this.sections = sections;
  }

  @Override
  public Optional<CheckpointEntry> latest() {
    for (long index = newestRow(); index >= 0; index--) {
      Optional<Bytes> row = store.index(HelperTries.row(index));
      if (row.isEmpty()) {
        return Optional.empty();
      }
      Optional<CheckpointEntry> section = get(index);
      if (section.isPresent()) {
        return section;
      }
    }
    return Optional.empty();
  }

  @Override
  public Optional<CheckpointEntry> get(long sectionIndex) {
    if (sectionIndex < 0 || sectionIndex >= sections.limit()) {
      return Optional.empty();
    }
    return store
        .index(HelperTries.row(sectionIndex))
        .flatMap(row -> HelperTries.read(sectionIndex, row))
        .filter(
            section ->
                store
                    .canonicalHash(sections.last(sectionIndex))
                    .map(section.sectionHead()::equals)
                    .orElse(true));
  }

  private long newestRow() {
    return store.index(NEWEST).map(Bytes::toLong).orElse(-1L);
  }

  /** A node of a helper trie that was built here. */
  public Optional<Bytes> node(HelperTrie kind, Bytes32 hash) {
    return store.index(kind.nodeKey(hash));
  }

  /**
   * Trusts a section from now on. What was built upon another section of this index goes.
   *
   * @throws IllegalArgumentException where the index is beyond all heights
   */
  public void register(CheckpointEntry section) {
    try (LightBatch batch = store.newBatch()) {
      register(section, batch);
      batch.commit();
    }
  }

  /** Adds a section to a batch. */
  void register(CheckpointEntry section, LightBatch batch) {
    long index = section.sectionIndex();
    if (index >= sections.limit()) {
      throw new IllegalArgumentException("there is no section " + index);
    }
    long newest = newestRow();
    Bytes row = HelperTries.write(section);
    Optional<Bytes> stored = store.index(HelperTries.row(index));
    batch.putIndex(HelperTries.row(index), row);
    if (stored.isPresent() && !stored.get().equals(row)) {
      for (long above = index + 1; above <= newest; above++) {
        batch.removeIndex(HelperTries.row(above));
      }
      newest = index;
    }
    batch.putIndex(NEWEST, Bytes.ofUnsignedLong(Math.max(index, newest)));
  }
}
