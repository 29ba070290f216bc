package io.lesnode.les.client;

import io.lesnode.chain.index.CheckpointEntry;
import io.lesnode.chain.index.Checkpoints;
import io.lesnode.chain.index.HelperTrie;
import io.lesnode.chain.index.LightSections.Missing;
import io.lesnode.chain.index.Sections;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.jspecify.annotations.Nullable;

/**
 * Up to where old headers and bloom bits can be proven: the sections that we trust, because a
 * person or the oracle's signers vouch for them or because we built them from our own headers.
 * Thread-safe; reads the disk, so never on the client loop.
 */
final class TrustedSections {

  /** Where the sections are kept. Thread-safe for reads. */
  interface Store extends Checkpoints {
    /** Trusts a section; what was built upon another section of this index goes. */
    void register(CheckpointEntry section);

    /** A node of a helper trie that was built here, or null. */
    @Nullable Bytes node(HelperTrie kind, Bytes32 hash);

    /** What of the tries before a section is missing to build it. */
    Missing missing(long sectionIndex);

    /** Keeps verified nodes. */
    void putNodes(HelperTrie kind, Map<Bytes32, Bytes> nodes);

    /** Builds a section from our own headers; empty if given up. */
    Optional<CheckpointEntry> build(long sectionIndex, BooleanSupplier goOn);

    /** Removes what can be proven again. */
    void prune();

    /** The first height that pruning keeps, besides 0; 0 where there is nothing to prune. */
    long keptFrom();
  }

  /**
   * How clients cut the chain: they ask for a section only after 2,048 confirmations (geth
   * light.DefaultClientIndexerConfig).
   */
  static final Sections STANDARD = new Sections(Sections.STANDARD.blocks(), 2048);

  private final Store store;
  private final Sections sections;

  TrustedSections(Store store, Sections sections) {
    this.store = store;
    this.sections = sections;
  }

  /** How the chain is cut. */
  Sections sections() {
    return sections;
  }

  /** Trusts a section from now on; it survives a restart. */
  synchronized void registerTrusted(CheckpointEntry section) {
    store.register(section);
  }

  /** The newest section; it proves everything below its end. */
  Optional<CheckpointEntry> newest() {
    return store.latest();
  }

  /** One section. */
  Optional<CheckpointEntry> get(long sectionIndex) {
    return store.get(sectionIndex);
  }

  /** A node of a helper trie that was built here, or null. */
  @Nullable Bytes node(HelperTrie kind, Bytes32 hash) {
    return store.node(kind, hash);
  }

  /** As {@link Store#missing}. */
  Missing missing(long sectionIndex) {
    return store.missing(sectionIndex);
  }

  /** As {@link Store#putNodes}. */
  void putNodes(HelperTrie kind, Map<Bytes32, Bytes> nodes) {
    store.putNodes(kind, nodes);
  }

  /** As {@link Store#build}. */
  Optional<CheckpointEntry> build(long sectionIndex, BooleanSupplier goOn) {
    return store.build(sectionIndex, goOn);
  }

  /** As {@link Store#prune}. */
  void prune() {
    store.prune();
  }

  /** As {@link Store#keptFrom}. */
  long keptFrom() {
    return store.keptFrom();
  }

  /** The first number that is not covered: 0 without any section. */
  long end() {
    return newest().map(section -> sections.last(section.sectionIndex()) + 1).orElse(0L);
  }

  /** Whether a server at this height must have the tries of a section. */
  boolean servedAt(long headNumber, CheckpointEntry section) {
    return section.sectionIndex() < sections.confirmed(headNumber);
  }
}
