package io.lesnode.benchmarks.trie;

import io.lesnode.chain.trie.MemoryNodes;
import io.lesnode.chain.trie.MerklePatriciaTrie;
import io.lesnode.chain.trie.ProofOutcome;
import io.lesnode.chain.trie.ProofVerifier;
import io.lesnode.primitives.crypto.Keccak;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * A trie in memory with hashed keys and values of 80 bytes, as accounts are: reading, proving and
 * verifying one of 1,024 keys in turn, changing one and committing. The limit of verifying is a
 * hash for each node, 6 to 8 of 532 bytes in a large trie.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class TrieBenchmark {
  private static final int KEYS = 1_024;

  @Param({"1000", "100000"})
  int accounts;

  private final Bytes32[] keys = new Bytes32[KEYS];
  private final List<Bytes>[] proofs = listArray();
  private final MemoryNodes nodes = new MemoryNodes();
  private Bytes32 root = Bytes32.ZERO;
  private int turn;

  @SuppressWarnings({"unchecked", "rawtypes"}) // an array of lists can be made in no other way
  private static List<Bytes>[] listArray() {
    return new List[KEYS];
  }

  @Setup
  public void fill() {
    MerklePatriciaTrie trie = new MerklePatriciaTrie();
    for (int i = 0; i < accounts; i++) {
      trie.put(key(i), value(i));
    }
    nodes.add(trie.commit());
    root = trie.rootHash();
    MerklePatriciaTrie stored = new MerklePatriciaTrie(nodes, root);
    for (int i = 0; i < KEYS; i++) {
      keys[i] = key(i * 97 % accounts);
      proofs[i] = List.copyOf(stored.prove(keys[i]));
    }
  }

  private static Bytes32 key(int account) {
    return Keccak.keccak256(Bytes.ofUnsignedInt(account));
  }

  private static Bytes value(int seed) {
    return Bytes.concatenate(
        Keccak.keccak256(Bytes.ofUnsignedInt(seed)), Bytes.repeat((byte) 3, 48));
  }

  private int next() {
    turn = turn + 1 == KEYS ? 0 : turn + 1;
    return turn;
  }

  /** Reads a value; the trie is opened anew, so that nodes are decoded each time. */
  @Benchmark
  public @Nullable Bytes get() {
    return new MerklePatriciaTrie(nodes, root).get(keys[next()]);
  }

  /** Collects the nodes that prove a value. */
  @Benchmark
  public List<Bytes> prove() {
    return new MerklePatriciaTrie(nodes, root).prove(keys[next()]);
  }

  /** Verifies a proof, as a light client does. */
  @Benchmark
  public ProofOutcome verify() {
    int index = next();
    return ProofVerifier.verify(root, keys[index], proofs[index]);
  }

  /** Changes a value and hashes the way up to the root. */
  @Benchmark
  public Bytes32 putAndHash() {
    MerklePatriciaTrie trie = new MerklePatriciaTrie(nodes, root);
    int index = next();
    trie.put(keys[index], value(index));
    return trie.rootHash();
  }
}
