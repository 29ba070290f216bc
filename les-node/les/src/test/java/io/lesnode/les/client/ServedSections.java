package io.lesnode.les.client;

import io.lesnode.chain.index.BitCompression;
import io.lesnode.chain.index.CheckpointEntry;
import io.lesnode.chain.index.HelperTrie;
import io.lesnode.chain.index.Sections;
import io.lesnode.chain.trie.MemoryNodes;
import io.lesnode.chain.trie.MerklePatriciaTrie;
import io.lesnode.chain.trie.TrieCommit;
import io.lesnode.les.wire.LesMessage.HelperTrieQuery;
import io.lesnode.primitives.EmptyHashes;
import java.util.ArrayList;
import java.util.List;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.rlp.RLP;

/** The helper tries of a chain, built key by key. Immutable once built. */
final class ServedSections {
  private final MemoryNodes nodes = new MemoryNodes();
  private final List<CheckpointEntry> entries = new ArrayList<>();

  /** Builds all sections that are confirmed at the chain's head. */
  ServedSections(ServedChain chain, Sections sections) {
    Bytes32 cht = EmptyHashes.TRIE_ROOT;
    Bytes32 bloom = EmptyHashes.TRIE_ROOT;
    for (long index = 0; index < sections.confirmed(chain.headNumber()); index++) {
      MerklePatriciaTrie hashes = new MerklePatriciaTrie(nodes, cht);
      for (long n = sections.first(index); n <= sections.last(index); n++) {
        long number = n;
        hashes.put(
            Bytes.ofUnsignedLong(number),
            RLP.encodeList(
                list -> {
                  list.writeValue(chain.header(number).hash());
                  list.writeUInt256(chain.totalDifficulty(number));
                }));
      }
      cht = store(hashes);
      MerklePatriciaTrie bits = new MerklePatriciaTrie(nodes, bloom);
      Bytes[] vectors = chain.bloomVectors(index, sections);
      for (int bit = 0; bit < 2048; bit++) {
        bits.put(
            Bytes.concatenate(Bytes.ofUnsignedShort(bit), Bytes.ofUnsignedLong(index)),
            Bytes.wrap(BitCompression.compress(vectors[bit].toArrayUnsafe())));
      }
      bloom = store(bits);
      entries.add(
          new CheckpointEntry(index, chain.header(sections.last(index)).hash(), cht, bloom));
    }
  }

  private Bytes32 store(MerklePatriciaTrie trie) {
    TrieCommit commit = trie.commit();
    nodes.add(commit);
    return commit.root();
  }

  /** The sections, oldest first. */
  List<CheckpointEntry> entries() {
    return List.copyOf(entries);
  }

  boolean has(long section) {
    return section >= 0 && section < entries.size();
  }

  List<Bytes> prove(HelperTrieQuery query) {
    HelperTrie kind =
        query.type() == HelperTrieQuery.CANONICAL_HASH_TRIE ? HelperTrie.CHT : HelperTrie.BLOOM;
    Bytes32 root = kind.root(entries.get((int) query.section()));
    return new MerklePatriciaTrie(nodes, root).prove(query.key());
  }
}
