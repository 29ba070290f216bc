package io.lesnode.chain.index;

import io.lesnode.chain.store.LightBatch;
import io.lesnode.chain.store.LightStore;
import io.lesnode.chain.trie.MerklePatriciaTrie;
import io.lesnode.chain.trie.MissingNodeException;
import io.lesnode.chain.trie.NodeSource;
import io.lesnode.chain.trie.StoredNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
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

  private static final int NODES_PER_BATCH = 1024;

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
  public synchronized void register(CheckpointEntry section) {
    try (LightBatch batch = store.newBatch()) {
      register(section, batch);
      batch.commit();
    }
  }

  private void register(CheckpointEntry section, LightBatch batch) {
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

  /**
   * The keys of the tries before a section whose paths are not here, so that the section cannot be
   * built on top.
   */
  public Missing missing(long sectionIndex) {
    Optional<CheckpointEntry> before = get(sectionIndex - 1);
    if (before.isEmpty()) {
      return new Missing(false, List.of());
    }
    List<Integer> bits = new ArrayList<>();
    for (int bit = 0; bit < BloomBits.BITS; bit++) {
      Bytes key = HelperTrie.bloomKey(bit, sectionIndex);
      if (!isHere(HelperTrie.BLOOM, before.get(), key)) {
        bits.add(bit);
      }
    }
    Bytes key = HelperTrie.chtKey(sections.first(sectionIndex));
    return new Missing(!isHere(HelperTrie.CHT, before.get(), key), bits);
  }

  /**
   * What is missing to build a section.
   *
   * @param cht the path of its first block in the hash trie before
   * @param bits the bits whose paths in the bloom trie before are missing
   */
  public record Missing(boolean cht, List<Integer> bits) {

    public Missing {
      bits = List.copyOf(bits);
    }

    /** Whether the section can be built. */
    public boolean isNothing() {
      return paths() == 0;
    }

    /** How many paths are missing. */
    public int paths() {
      return (cht ? 1 : 0) + bits.size();
    }
  }

  private boolean isHere(HelperTrie kind, CheckpointEntry section, Bytes key) {
    try {
      trie(kind, section).get(key);
      return true;
    } catch (MissingNodeException e) {
      return false;
    }
  }

  private MerklePatriciaTrie trie(HelperTrie kind, CheckpointEntry section) {
    return new MerklePatriciaTrie(hash -> node(kind, hash).orElse(null), kind.root(section));
  }

  /** Keeps nodes of a trie that were verified against the root of a trusted section. */
  public void putNodes(HelperTrie kind, Map<Bytes32, Bytes> nodes) {
    try (LightBatch batch = store.newBatch()) {
      nodes.forEach((hash, encoded) -> batch.putIndex(kind.nodeKey(hash), encoded));
      batch.commit();
    }
  }

  /**
   * Builds a section from our own headers on top of the one before, and trusts it. Its nodes are
   * written in bounded batches, the row by which it is found with the last: what a kill leaves
   * without a row is built again.
   *
   * @param goOn asked now and then; false gives the section up
   * @return empty if given up, or if the section before was replaced meanwhile
   * @throws MissingNodeException where {@link #missing} is not nothing
   * @throws IllegalStateException where headers are missing
   */
  public Optional<CheckpointEntry> build(long sectionIndex, BooleanSupplier goOn) {
    Optional<CheckpointEntry> before = get(sectionIndex - 1);
    Optional<BuiltSection> built =
        new SectionBuilder(store, sections, workedNanos -> goOn.getAsBoolean()).build(sectionIndex);
    if (built.isEmpty()) {
      return Optional.empty();
    }
    write(HelperTrie.CHT, built.get().chtNodes());
    write(HelperTrie.BLOOM, built.get().bloomNodes());
    synchronized (this) {
      if (!get(sectionIndex - 1).equals(before)) {
        return Optional.empty();
      }
      register(built.get().entry());
    }
    return Optional.of(built.get().entry());
  }

  private void write(HelperTrie kind, List<StoredNode> nodes) {
    for (int from = 0; from < nodes.size(); from += NODES_PER_BATCH) {
      int to = Math.min(nodes.size(), from + NODES_PER_BATCH);
      try (LightBatch batch = store.newBatch()) {
        for (StoredNode node : nodes.subList(from, to)) {
          batch.putIndex(kind.nodeKey(node.hash()), node.encoded());
        }
        batch.commit();
      }
    }
  }

  /**
   * The first height that {@link #prune} keeps, besides 0: the first of the newest section, as geth
   * does (les/pruner.go); 0 while there are fewer than two sections, so that nothing is pruned.
   */
  public long keptFrom() {
    return latest()
        .filter(newest -> newest.sectionIndex() > 0)
        .map(newest -> sections.first(newest.sectionIndex()))
        .orElse(0L);
  }

  /**
   * Removes what can be proven again: all headers below {@link #keptFrom} but the genesis block,
   * and all nodes that the next section is not built upon. Heights by hash stay.
   */
  public void prune() {
    long keptFrom = keptFrom();
    if (keptFrom == 0) {
      return;
    }
    long index = keptFrom / sections.blocks();
    store.removeHeaders(1, keptFrom);
    Set<Bytes> kept = new HashSet<>();
    for (long section = index - 1; section <= index; section++) {
      get(section).ifPresent(entry -> keepPaths(entry, kept));
    }
    for (HelperTrie kind : HelperTrie.values()) {
      store.removeIndexed(kind.prefix(), key -> !kept.contains(key));
    }
  }

  /** The nodes on which the section after this one is built, as far as they are here. */
  private void keepPaths(CheckpointEntry section, Set<Bytes> kept) {
    long next = section.sectionIndex() + 1;
    keepPath(HelperTrie.CHT, section, HelperTrie.chtKey(sections.first(next)), kept);
    for (int bit = 0; bit < BloomBits.BITS; bit++) {
      keepPath(HelperTrie.BLOOM, section, HelperTrie.bloomKey(bit, next), kept);
    }
  }

  private void keepPath(HelperTrie kind, CheckpointEntry section, Bytes key, Set<Bytes> kept) {
    NodeSource noting =
        hash -> {
          kept.add(kind.nodeKey(hash));
          return node(kind, hash).orElse(null);
        };
    try {
      new MerklePatriciaTrie(noting, kind.root(section)).get(key);
    } catch (MissingNodeException e) {
      // the path ends here; the rest will be fetched when it is needed
    }
  }
}
