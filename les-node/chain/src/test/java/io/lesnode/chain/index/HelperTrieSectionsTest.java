package io.lesnode.chain.index;

import static org.assertj.core.api.Assertions.assertThat;

import io.lesnode.chain.store.ChainStore;
import io.lesnode.chain.trie.MerklePatriciaTrie;
import io.lesnode.chain.trie.ProofOutcome;
import io.lesnode.chain.trie.ProofVerifier;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Sections of 128 blocks over chains of headers: equal to tries that are built at once from the
 * definition, whatever stops, reorganises or closes in between.
 */
class HelperTrieSectionsTest {
  private static final Sections SMALL = new Sections(128, 1);

  private final HeaderChain chain = HeaderChain.ofGenesis().branch(0, 700, 1);
  @TempDir Path directory;

  @Test
  void sectionsAppearWithTheirLastConfirmation() {
    assertThat(Sections.STANDARD.confirmed(33_022)).isZero();
    assertThat(Sections.STANDARD.confirmed(33_023)).isEqualTo(1);
    assertThat(SMALL.confirmed(0)).isZero();
    assertThat(SMALL.confirmed(Long.MAX_VALUE - 1)).isPositive();
    try (ChainStore store = chain.open(directory)) {
      HelperTries tries = new HelperTries(store, SMALL);
      for (long head : new long[] {0, 127, 128, 255, 256, 512, 700}) {
        chain.writeTo(store, head);
        HelperTrieIndexer.catchUp(store, SMALL);
        assertThat(tries.finished()).as("head %s", head).isEqualTo(head / 128);
        assertEqualsDefinition(tries, chain, head / 128);
      }
    }
  }

  @Test
  void nothingButFinishedSectionsIsFound() {
    try (ChainStore store = chain.open(directory)) {
      HelperTries tries = new HelperTries(store, SMALL);
      assertThat(tries.latest()).isEmpty();
      chain.writeTo(store, 300);
      HelperTrieIndexer.catchUp(store, SMALL);
      assertThat(tries.latest().orElseThrow().sectionIndex()).isEqualTo(1);
      for (long unknown :
          new long[] {2, 3, -1, Long.MIN_VALUE, Long.MAX_VALUE, Long.MAX_VALUE / 128, 1L << 57}) {
        assertThat(tries.get(unknown)).as("section %s", unknown).isEmpty();
        assertThat(tries.open(HelperTrie.CHT, unknown)).isEmpty();
      }
      assertThat(new HelperTries(store, new Sections(64, 1)).latest()).isEmpty();
      assertThat(new HelperTries(store, Sections.STANDARD).latest()).isEmpty();
    }
  }

  @Test
  void proofsOfOldSectionsStayGood() {
    try (ChainStore store = chain.open(directory)) {
      chain.writeTo(store, 700);
      HelperTrieIndexer.catchUp(store, SMALL);
      HelperTries tries = new HelperTries(store, SMALL);
      for (long index = 0; index < 5; index++) {
        CheckpointEntry section = tries.get(index).orElseThrow();
        MerklePatriciaTrie cht = tries.open(HelperTrie.CHT, index).orElseThrow();
        for (long number = 0; number <= SMALL.last(index); number += 63) {
          Bytes key = Bytes.ofUnsignedLong(number);
          ProofOutcome proven = ProofVerifier.verify(section.chtRoot(), key, cht.prove(key));
          assertThat(proven).isInstanceOf(ProofOutcome.Included.class);
          assertThat(((ProofOutcome.Included) proven).value())
              .isEqualTo(SectionBuilder.chtValue(chain.header(number).hash(), chain.total(number)));
        }
        assertThat(cht.get(Bytes.ofUnsignedLong(SMALL.last(index) + 1))).isNull();
      }
    }
  }

  @Test
  void reorganisedSectionsAreBuiltAnew() {
    HeaderChain other = chain.branch(300, 560, 2);
    HeaderChain shorter = chain.branch(100, 250, 3);
    try (ChainStore store = chain.open(directory)) {
      HelperTries tries = new HelperTries(store, SMALL);
      chain.writeTo(store, 700);
      HelperTrieIndexer.catchUp(store, SMALL);
      other.writeTo(store, 560);
      assertThat(tries.finished()).isEqualTo(2); // the third lost its last block
      assertThat(tries.get(4)).isEmpty();
      HelperTrieIndexer.catchUp(store, SMALL);
      assertEqualsDefinition(tries, other, 4);
      chain.writeTo(store, 700); // and back: what was built upon the old third one is gone
      assertThat(tries.finished()).isEqualTo(2);
      assertThat(tries.get(4)).isEmpty();
      HelperTrieIndexer.catchUp(store, SMALL);
      assertEqualsDefinition(tries, chain, 5);
      shorter.writeTo(store, 250);
      assertThat(tries.finished()).isZero();
      HelperTrieIndexer.catchUp(store, SMALL);
      assertEqualsDefinition(tries, shorter, 1);
    }
  }

  @Test
  void whereverItIsStoppedThereIsNoHalfSection() {
    List<CheckpointEntry> expected;
    try (ChainStore store = chain.open(directory.resolve("whole"))) {
      chain.writeTo(store, 700);
      HelperTrieIndexer.catchUp(store, SMALL);
      expected = entries(new HelperTries(store, SMALL));
    }
    Path stopped = directory.resolve("stopped");
    try (ChainStore store = chain.open(stopped)) {
      chain.writeTo(store, 700);
    }
    Random random = new Random(4);
    int stops = 0;
    for (boolean done = false; !done; ) {
      try (ChainStore store = chain.open(stopped)) {
        HelperTries tries = new HelperTries(store, SMALL);
        assertThat(entries(tries)).isEqualTo(expected.subList(0, (int) tries.finished()));
        int[] allowed = {random.nextInt(24)};
        if (HelperTrieIndexer.step(store, SMALL, unused -> allowed[0]-- > 0)) {
          done = tries.finished() == expected.size();
        } else {
          stops++;
        }
      }
    }
    assertThat(stops).isPositive();
    try (ChainStore store = chain.open(stopped)) {
      assertThat(entries(new HelperTries(store, SMALL))).isEqualTo(expected);
      assertEqualsDefinition(new HelperTries(store, SMALL), chain, 5);
    }
  }

  private static List<CheckpointEntry> entries(HelperTries tries) {
    List<CheckpointEntry> entries = new ArrayList<>();
    for (long index = 0; index < tries.finished(); index++) {
      entries.add(tries.get(index).orElseThrow());
    }
    return entries;
  }

  /** Both tries of all blocks up to the end of each section, key by key, in memory. */
  private static void assertEqualsDefinition(HelperTries tries, HeaderChain chain, long count) {
    assertThat(tries.finished()).isEqualTo(count);
    MerklePatriciaTrie cht = new MerklePatriciaTrie();
    MerklePatriciaTrie bloom = new MerklePatriciaTrie();
    for (long index = 0; index < count; index++) {
      byte[][] vectors = new byte[BloomBits.BITS][16];
      for (int block = 0; block < 128; block++) {
        long number = 128 * index + block;
        cht.put(
            Bytes.ofUnsignedLong(number),
            SectionBuilder.chtValue(chain.header(number).hash(), chain.total(number)));
        byte[] bits = chain.header(number).logsBloom().bytes().toArrayUnsafe();
        for (int bit = 0; bit < BloomBits.BITS; bit++) {
          if (((bits[255 - bit / 8] >> (bit % 8)) & 1) == 1) {
            vectors[bit][block / 8] |= (byte) (0x80 >> (block % 8));
          }
        }
      }
      for (int bit = 0; bit < BloomBits.BITS; bit++) {
        bloom.put(
            HelperTrie.bloomKey(bit, index), Bytes.wrap(BitCompression.compress(vectors[bit])));
      }
      Bytes32 head = chain.header(128 * index + 127).hash();
      assertThat(tries.get(index))
          .contains(new CheckpointEntry(index, head, cht.rootHash(), bloom.rootHash()));
    }
  }
}
