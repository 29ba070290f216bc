package io.lesnode.chain.trie;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lesnode.primitives.EmptyHashes;
import io.lesnode.primitives.crypto.Keccak;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.junit.jupiter.api.Test;

/**
 * What is read on encoded nodes equals what the trie object reads, which is held against foreign
 * vectors elsewhere; and bytes that are no nodes do no harm.
 */
class TrieProverTest {

  private static final int KEYS = 300;

  private final Random random = new Random(142);
  private final MemoryNodes nodes = new MemoryNodes();

  @Test
  void provesAsTheTrieDoes() {
    for (int keyBytes = 1; keyBytes <= 4; keyBytes++) {
      for (int valueBytes : new int[] {1, 2, 5, 40}) {
        Bytes32 root = trie(keyBytes, valueBytes);
        for (int i = 0; i < 2 * KEYS; i++) {
          Bytes key = key(keyBytes);
          int fromLevel = random.nextInt(4);
          MerklePatriciaTrie trie = new MerklePatriciaTrie(nodes, root);
          TrieProver prover = new TrieProver(nodes, root);
          assertThat(proof(prover, key, fromLevel)).isEqualTo(trie.prove(key, fromLevel));
          assertThat(prover.get(key)).isEqualTo(trie.get(key));
        }
      }
    }
  }

  @Test
  void keysOfDifferentLengthsEndInBranches() {
    MerklePatriciaTrie written = new MerklePatriciaTrie();
    for (int i = 0; i < KEYS; i++) {
      written.put(key(1 + random.nextInt(3)), value(1 + random.nextInt(40)));
    }
    TrieCommit commit = written.commit();
    nodes.add(commit);
    for (int i = 0; i < 10 * KEYS; i++) {
      Bytes key = key(random.nextInt(4));
      MerklePatriciaTrie trie = new MerklePatriciaTrie(nodes, commit.root());
      TrieProver prover = new TrieProver(nodes, commit.root());
      assertThat(proof(prover, key, 0)).isEqualTo(trie.prove(key, 0));
      assertThat(prover.get(key)).isEqualTo(trie.get(key));
    }
  }

  @Test
  void anEmptyTrieHasAnEmptyProof() {
    TrieProver prover = new TrieProver(NodeSource.empty(), EmptyHashes.TRIE_ROOT);
    assertThat(prover.get(key(2))).isNull();
    assertThat(proof(prover, key(2), 0)).isEmpty();
  }

  @Test
  void aMissingNodeIsNamedAndNothingIsHandedOut() {
    Bytes32 root = trie(4, 40);
    Bytes key = key(4);
    List<Bytes> whole = proof(new TrieProver(nodes, root), key, 0);
    Bytes32 last = Keccak.keccak256(whole.getLast());
    TrieProver prover = new TrieProver(hash -> hash.equals(last) ? null : nodes.node(hash), root);
    List<Bytes> handedOut = new ArrayList<>();
    assertThatThrownBy(() -> prover.prove(key, 0, (hash, node) -> handedOut.add(node)))
        .isInstanceOfSatisfying(
            MissingNodeException.class,
            missing -> {
              assertThat(missing.hash()).isEqualTo(last);
              assertThat(missing.path())
                  .isEqualTo(Bytes.wrap(Nibbles.ofKey(key.toArrayUnsafe()), 0, whole.size() - 1));
            });
    assertThat(handedOut).isEmpty();
  }

  @Test
  void damagedNodesAreReadWithinTheirBounds() {
    Bytes32 root = trie(2, 5);
    Bytes whole = nodes.node(root);
    int refused = 0;
    for (int i = 0; i < 20_000; i++) {
      byte[] damaged = whole.toArray();
      for (int flips = 1 + random.nextInt(4); flips > 0; flips--) {
        damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
      }
      Bytes cut = Bytes.wrap(damaged, 0, 1 + random.nextInt(damaged.length));
      TrieProver prover = new TrieProver(hash -> hash.equals(root) ? cut : nodes.node(hash), root);
      try {
        prover.get(key(2));
      } catch (MalformedNodeException | MissingNodeException expected) {
        refused++;
      }
    }
    assertThat(refused).isBetween(1_000, 20_000);
  }

  private Bytes32 trie(int keyBytes, int valueBytes) {
    MerklePatriciaTrie trie = new MerklePatriciaTrie();
    for (int i = 0; i < KEYS; i++) {
      trie.put(key(keyBytes), value(valueBytes));
    }
    TrieCommit commit = trie.commit();
    nodes.add(commit);
    return commit.root();
  }

  private static List<Bytes> proof(TrieProver prover, Bytes key, int fromLevel) {
    List<Bytes> proof = new ArrayList<>();
    prover.prove(
        key,
        fromLevel,
        (hash, node) -> {
          assertThat(Keccak.keccak256(node)).isEqualTo(hash);
          proof.add(node);
        });
    return proof;
  }

  /** Crowded, so that paths share beginnings: half of the nibbles are of two kinds only. */
  private Bytes key(int size) {
    byte[] key = new byte[size];
    random.nextBytes(key);
    for (int i = 0; i < size; i++) {
      if (random.nextBoolean()) {
        key[i] &= 0x11;
      }
    }
    return Bytes.wrap(key);
  }

  private Bytes value(int size) {
    byte[] value = new byte[size];
    random.nextBytes(value);
    value[0] |= 1;
    return Bytes.wrap(value);
  }
}
