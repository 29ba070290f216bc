package io.lesnode.chain.index;

import io.lesnode.chain.store.ChainHead;
import io.lesnode.chain.store.HeaderReader;
import io.lesnode.chain.trie.MerklePatriciaTrie;
import io.lesnode.chain.trie.TrieProver;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;

/**
 * Reads the helper tries of a store, or of one moment of it. A section counts as long as its last
 * block is canonical: with it all blocks before are, which is what both tries cover. Thread-safe.
 */
public final class HelperTries implements Checkpoints {

  private static final Bytes ROW_PREFIX =
      Bytes.wrap("section-".getBytes(StandardCharsets.US_ASCII));
  private static final int ROW_BYTES = 3 * Bytes32.SIZE;

  private final HeaderReader reader;
  private final Sections sections;

  /**
   * Reads.
   *
   * @param sections as the tries were built; others are not found
   */
  public HelperTries(HeaderReader reader, Sections sections) {
    this.reader = reader;
    this.sections = sections;
  }

  @Override
  public Optional<CheckpointEntry> latest() {
    long count = finished();
    return count == 0 ? Optional.empty() : get(count - 1);
  }

  @Override
  public Optional<CheckpointEntry> get(long sectionIndex) {
    if (sectionIndex < 0 || sectionIndex >= sections.limit()) {
      return Optional.empty();
    }
    return reader
        .index(row(sectionIndex))
        .flatMap(row -> read(sectionIndex, row))
        .filter(
            section ->
                reader.isCanonical(sections.last(section.sectionIndex()), section.sectionHead()));
  }

  /**
   * How many sections are finished. They are finished in order, and one that is built anew takes
   * those above it away: so they are the first ones without a gap.
   */
  long finished() {
    long low = 0;
    long high = sections.confirmed(reader.head().map(ChainHead::number).orElse(0L));
    while (low < high) {
      long middle = (low + high) >>> 1;
      if (get(middle).isPresent()) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /** Opens a trie as it was at the end of a section; empty where that section is not finished. */
  public Optional<MerklePatriciaTrie> open(HelperTrie kind, long sectionIndex) {
    return get(sectionIndex).map(section -> open(kind, kind.root(section)));
  }

  MerklePatriciaTrie open(HelperTrie kind, Bytes32 root) {
    return new MerklePatriciaTrie(reader.indexNodes(kind.prefix()), root);
  }

  /** As {@link #open(HelperTrie, long)}, for proofs only. */
  public Optional<TrieProver> prover(HelperTrie kind, long sectionIndex) {
    return get(sectionIndex)
        .map(section -> new TrieProver(reader.indexNodes(kind.prefix()), kind.root(section)));
  }

  static Bytes row(long sectionIndex) {
    return Bytes.concatenate(ROW_PREFIX, Bytes.ofUnsignedLong(sectionIndex));
  }

  static Bytes write(CheckpointEntry section) {
    return Bytes.concatenate(section.sectionHead(), section.chtRoot(), section.bloomRoot());
  }

  /** A stored section; empty where the row is of another layout. */
  static Optional<CheckpointEntry> read(long sectionIndex, Bytes row) {
    return row.size() != ROW_BYTES
        ? Optional.empty()
        : Optional.of(
            new CheckpointEntry(
                sectionIndex,
                Bytes32.wrap(row, 0),
                Bytes32.wrap(row, Bytes32.SIZE),
                Bytes32.wrap(row, 2 * Bytes32.SIZE)));
  }
}
