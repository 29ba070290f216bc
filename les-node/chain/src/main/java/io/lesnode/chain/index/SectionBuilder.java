package io.lesnode.chain.index;

import io.lesnode.chain.store.HeaderReader;
import io.lesnode.chain.trie.MerklePatriciaTrie;
import io.lesnode.chain.trie.TrieCommit;
import io.lesnode.primitives.BlockHeader;
import io.lesnode.primitives.EmptyHashes;
import java.util.Optional;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.rlp.RLP;
import org.apache.tuweni.units.bigints.UInt256;

/**
 * Builds a section from the chain of one moment, on top of the section before it. Writes nothing.
 * Confined to one thread.
 *
 * <p>Reference: geth v1.10.26, light/postprocess.go.
 */
final class SectionBuilder {

  private static final int BLOCKS_PER_STEP = 512;
  private static final int BITS_PER_STEP = 256;

  private final HeaderReader chain;
  private final Sections sections;
  private final HelperTries tries;
  private final Pace pace;

  SectionBuilder(HeaderReader chain, Sections sections, Pace pace) {
    this.chain = chain;
    this.sections = sections;
    this.tries = new HelperTries(chain, sections);
    this.pace = pace;
  }

  /**
   * Builds the section; empty where the pace said to stop.
   *
   * @throws IllegalStateException where the section before is not finished, or the chain has gaps
   */
  Optional<BuiltSection> build(long sectionIndex) {
    Optional<CheckpointEntry> before =
        sectionIndex == 0 ? Optional.empty() : Optional.of(sectionBefore(sectionIndex));
    MerklePatriciaTrie cht = open(HelperTrie.CHT, before);
    BloomBits bits = new BloomBits(sections);
    Bytes32 parent = before.map(CheckpointEntry::sectionHead).orElse(Bytes32.ZERO);
    long last = sections.last(sectionIndex);
    long since = System.nanoTime();
    for (long number = sections.first(sectionIndex); number <= last; number++) {
      BlockHeader header = header(number);
      if (!header.parentHash().equals(parent)) {
        throw new IllegalStateException(
            "block " + number + " does not follow " + parent.toHexString());
      }
      parent = header.hash();
      cht.put(HelperTrie.chtKey(number), chtValue(parent, totalDifficulty(number, parent)));
      bits.add(header.logsBloom());
      if ((number + 1) % BLOCKS_PER_STEP == 0) {
        if (!pace.goOn(System.nanoTime() - since)) {
          return Optional.empty();
        }
        since = System.nanoTime();
      }
    }
    TrieCommit chtCommit = cht.commit();
    MerklePatriciaTrie bloom = open(HelperTrie.BLOOM, before);
    for (int bit = 0; bit < BloomBits.BITS; bit++) {
      bloom.put(
          HelperTrie.bloomKey(bit, sectionIndex),
          Bytes.wrap(BitCompression.compress(bits.vector(bit))));
      if ((bit + 1) % BITS_PER_STEP == 0) {
        if (!pace.goOn(System.nanoTime() - since)) {
          return Optional.empty();
        }
        since = System.nanoTime();
      }
    }
    TrieCommit bloomCommit = bloom.commit();
    return Optional.of(
        new BuiltSection(
            new CheckpointEntry(sectionIndex, parent, chtCommit.root(), bloomCommit.root()),
            chtCommit.inserted(),
            bloomCommit.inserted()));
  }

  private CheckpointEntry sectionBefore(long sectionIndex) {
    return tries
        .get(sectionIndex - 1)
        .orElseThrow(
            () -> new IllegalStateException("section " + (sectionIndex - 1) + " is not finished"));
  }

  private MerklePatriciaTrie open(HelperTrie kind, Optional<CheckpointEntry> before) {
    return tries.open(kind, before.map(kind::root).orElse(EmptyHashes.TRIE_ROOT));
  }

  private BlockHeader header(long number) {
    return chain
        .header(number)
        .orElseThrow(() -> new IllegalStateException("no canonical block " + number));
  }

  private UInt256 totalDifficulty(long number, Bytes32 hash) {
    return chain
        .totalDifficulty(number, hash)
        .orElseThrow(() -> new IllegalStateException("no total difficulty of block " + number));
  }

  /** What the canonical hash trie holds of a block. */
  static Bytes chtValue(Bytes32 hash, UInt256 totalDifficulty) {
    return RLP.encodeList(
        list -> {
          list.writeValue(hash);
          list.writeUInt256(totalDifficulty);
        });
  }
}
