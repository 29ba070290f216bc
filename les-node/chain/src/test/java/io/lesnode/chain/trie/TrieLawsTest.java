package io.lesnode.chain.trie;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lesnode.primitives.EmptyHashes;
import io.lesnode.primitives.crypto.Keccak;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.junit.jupiter.api.Test;

/** Laws that hold for every sequence of changes, against a sorted map and a trie built afresh. */
class TrieLawsTest {

  private final Random random = new Random(142);

  @Test
  void aChangedTrieEqualsATrieBuiltAfresh() {
    for (int run = 0; run < 60; run++) {
      MemoryNodes nodes = new MemoryNodes();
      Map<Bytes, Bytes> model = new TreeMap<>();
      Map<Bytes32, Integer> counts = new HashMap<>();
      Bytes32 root = EmptyHashes.TRIE_ROOT;
      int keyRange = 1 + random.nextInt(60);
      for (int round = 0; round < 12; round++) {
        MerklePatriciaTrie trie = new MerklePatriciaTrie(nodes, root);
        change(trie, model, keyRange, run);
        TrieCommit commit = trie.commit();
        assertThat(commit.root()).isEqualTo(afresh(model));
        count(counts, commit);
        nodes.add(commit);
        root = commit.root();
        assertThat(counts).isEqualTo(reachable(nodes, root));
        assertThat(contents(nodes, root)).isEqualTo(model);
        assertThat(trie.commit().inserted()).isEmpty();
      }
    }
  }

  @Test
  void everyKeyAndEveryAbsenceIsProvenByItsProofAlone() {
    for (int run = 0; run < 30; run++) {
      MerklePatriciaTrie trie = new MerklePatriciaTrie();
      Map<Bytes, Bytes> model = new TreeMap<>();
      for (int i = 0; i < 3; i++) {
        change(trie, model, 40, run);
      }
      Bytes32 root = trie.rootHash();
      for (int i = 0; i < 40; i++) {
        Bytes key = key(random.nextInt(60), run);
        List<Bytes> proof = trie.prove(key);
        ProofOutcome outcome = ProofVerifier.verify(root, key, proof);
        Bytes expected = model.get(key);
        if (expected == null) {
          assertThat(outcome).isInstanceOf(ProofOutcome.Excluded.class);
        } else {
          assertThat(outcome).isInstanceOf(ProofOutcome.Included.class);
          assertThat(((ProofOutcome.Included) outcome).value()).isEqualTo(expected);
        }
        assertThat(ProofVerifier.verify(root, key, flipped(proof)))
            .isInstanceOf(ProofOutcome.Invalid.class);
      }
    }
  }

  @Test
  void aProofFromALevelLeavesOutTheNodesAbove() {
    MerklePatriciaTrie trie = new MerklePatriciaTrie();
    for (int i = 0; i < 1000; i++) {
      trie.put(Keccak.keccak256(Bytes.ofUnsignedInt(i)), Bytes.repeat((byte) 7, 40));
    }
    Bytes key = Keccak.keccak256(Bytes.ofUnsignedInt(5));
    List<Bytes> whole = trie.prove(key);
    for (int level = 0; level <= whole.size() + 1; level++) {
      assertThat(trie.prove(key, level))
          .isEqualTo(whole.subList(Math.min(level, whole.size()), whole.size()));
    }
  }

  @Test
  void anUnneededNodeIsSeen() {
    MerklePatriciaTrie trie = new MerklePatriciaTrie();
    for (int i = 0; i < 100; i++) {
      trie.put(Keccak.keccak256(Bytes.ofUnsignedInt(i)), Bytes.repeat((byte) 7, 40));
    }
    List<Bytes> nodes = new ArrayList<>(trie.prove(Keccak.keccak256(Bytes.ofUnsignedInt(1))));
    nodes.addAll(trie.prove(Keccak.keccak256(Bytes.ofUnsignedInt(2))));
    ProofNodeSource set = new ProofNodeSource(nodes);
    ProofVerifier.verify(trie.rootHash(), Keccak.keccak256(Bytes.ofUnsignedInt(1)), set);
    assertThat(set.unusedCount()).isPositive();
    ProofVerifier.verify(trie.rootHash(), Keccak.keccak256(Bytes.ofUnsignedInt(2)), set);
    assertThat(set.unusedCount()).isZero();
    assertThat(set.usedNodes()).hasSize(set.size());
  }

  @Test
  void theEmptyTrieProvesEveryAbsenceWithoutANode() {
    Bytes key = Bytes.fromHexString("0x0102");
    assertThat(new MerklePatriciaTrie().prove(key)).isEmpty();
    assertThat(ProofVerifier.verify(EmptyHashes.TRIE_ROOT, key, List.of()))
        .isInstanceOf(ProofOutcome.Excluded.class);
  }

  @Test
  void whatDecodesEncodesToTheSameBytes() {
    MerklePatriciaTrie trie = new MerklePatriciaTrie();
    Map<Bytes, Bytes> model = new TreeMap<>();
    for (int i = 0; i < 8; i++) {
      change(trie, model, 60, 2);
    }
    List<Bytes> encodings = new ArrayList<>();
    trie.walk(
        new TrieVisitor() {
          @Override
          public void onNode(Bytes path, StoredNode node) {
            encodings.add(node.encoded());
          }
        });
    int accepted = 0;
    for (Bytes encoding : encodings) {
      for (int i = 0; i < 400; i++) {
        byte[] hostile = encoding.toArray();
        hostile[random.nextInt(hostile.length)] ^= (byte) (1 << random.nextInt(8));
        if (random.nextInt(4) == 0) {
          hostile = Arrays.copyOf(hostile, random.nextInt(hostile.length + 3));
        }
        accepted += reencodes(hostile) ? 1 : 0;
      }
    }
    System.out.println("TrieLawsTest: " + accepted + " changed encodings are nodes themselves");
  }

  @Test
  void malformedNodesAreRefused() {
    for (String hex :
        List.of(
            "0x",
            "0x80",
            "0xc0",
            "0xc0c0",
            "0xc22001ff",
            "0xc28001",
            "0xc24001",
            "0xc22080",
            "0xc200c0",
            "0xc21080",
            "0xc2810101",
            "0xf800",
            "0xc3208101",
            "0xffffffffffffffffff",
            "0xd28080808080808080808080808080808080",
            "0xc211c0",
            "0xb8",
            "0xc4118330303030")) {
      Bytes encoded = Bytes.fromHexString(hex);
      assertThatThrownBy(() -> NodeCodec.decode(encoded.toArray(), null))
          .as(hex)
          .isInstanceOf(MalformedNodeException.class);
    }
  }

  @Test
  void aMissingNodeIsNamedWithItsPath() {
    MemoryNodes nodes = new MemoryNodes();
    MerklePatriciaTrie trie = new MerklePatriciaTrie(nodes, EmptyHashes.TRIE_ROOT);
    for (int i = 0; i < 100; i++) {
      trie.put(Keccak.keccak256(Bytes.ofUnsignedInt(i)), Bytes.repeat((byte) 7, 40));
    }
    Bytes key = Keccak.keccak256(Bytes.ofUnsignedInt(3));
    List<Bytes> proof = trie.prove(key);
    ProofNodeSource onlyRoot = new ProofNodeSource(proof.subList(0, 1));
    MerklePatriciaTrie partial = new MerklePatriciaTrie(onlyRoot, trie.rootHash());
    assertThatThrownBy(() -> partial.get(key))
        .isInstanceOfSatisfying(
            MissingNodeException.class,
            missing -> {
              assertThat(missing.hash()).isEqualTo(Keccak.keccak256(proof.get(1)));
              assertThat(missing.path().size()).isEqualTo(1);
              assertThat(missing.path().get(0)).isEqualTo((byte) ((key.get(0) >> 4) & 15));
            });
  }

  private static boolean reencodes(byte[] hostile) {
    Node node;
    try {
      node = NodeCodec.decode(hostile, null);
    } catch (MalformedNodeException refused) {
      return false;
    }
    forget(node);
    assertThat(NodeCodec.encode(node)).isEqualTo(hostile);
    return true;
  }

  private static void forget(Node node) {
    node.encoded = null;
    if (node instanceof Node.Extension extension) {
      forget(extension.child);
    } else if (node instanceof Node.Branch branch) {
      for (Node child : branch.children) {
        if (child != null) {
          forget(child);
        }
      }
    }
  }

  private List<Bytes> flipped(List<Bytes> proof) {
    List<Bytes> changed = new ArrayList<>(proof);
    int at = random.nextInt(proof.size());
    byte[] node = proof.get(at).toArray();
    node[random.nextInt(node.length)] ^= (byte) (1 << random.nextInt(8));
    changed.set(at, Bytes.wrap(node));
    return changed;
  }

  private void change(MerklePatriciaTrie trie, Map<Bytes, Bytes> model, int keyRange, int keyKind) {
    for (int i = 0; i < 1 + random.nextInt(20); i++) {
      Bytes key = key(random.nextInt(keyRange), keyKind);
      if (random.nextInt(3) == 0) {
        trie.remove(key);
        model.remove(key);
      } else {
        Bytes value = Bytes.repeat((byte) random.nextInt(4), 1 + random.nextInt(2) * 35);
        trie.put(key, value);
        model.put(key, value);
      }
      assertThat(trie.get(key)).isEqualTo(model.get(key));
      if (random.nextInt(5) == 0) {
        trie.rootHash();
      }
    }
  }

  /** Short and long keys, some a prefix of others, dense and sparse ones. */
  private static Bytes key(int index, int kind) {
    return switch (kind % 4) {
      case 0 -> Keccak.keccak256(Bytes.of(index));
      case 1 -> Bytes.of(index);
      case 2 -> Keccak.keccak256(Bytes.of(index / 4)).slice(0, 1 + index % 4);
      default -> Bytes.concatenate(Bytes.repeat((byte) 0, 6), Bytes.of(index / 8, index));
    };
  }

  private static Bytes32 afresh(Map<Bytes, Bytes> model) {
    MerklePatriciaTrie trie = new MerklePatriciaTrie();
    model.forEach(trie::put);
    return trie.rootHash();
  }

  private static void count(Map<Bytes32, Integer> counts, TrieCommit commit) {
    commit.inserted().forEach(node -> counts.merge(node.hash(), 1, Integer::sum));
    commit
        .removed()
        .forEach(hash -> counts.compute(hash, (key, n) -> n == null || n == 1 ? null : n - 1));
  }

  private static Map<Bytes32, Integer> reachable(NodeSource nodes, Bytes32 root) {
    Map<Bytes32, Integer> counts = new HashMap<>();
    new MerklePatriciaTrie(nodes, root)
        .walk(
            new TrieVisitor() {
              @Override
              public void onNode(Bytes path, StoredNode node) {
                counts.merge(node.hash(), 1, Integer::sum);
              }
            });
    return counts;
  }

  private static Map<Bytes, Bytes> contents(NodeSource nodes, Bytes32 root) {
    Map<Bytes, Bytes> contents = new TreeMap<>();
    List<Bytes> keys = new ArrayList<>();
    new MerklePatriciaTrie(nodes, root)
        .walk(
            new TrieVisitor() {
              @Override
              public void onValue(Bytes key, Bytes value) {
                contents.put(key, value);
                keys.add(key);
              }
            });
    assertThat(keys.stream().map(Bytes::toHexString).toList()).isSorted();
    return contents;
  }
}
