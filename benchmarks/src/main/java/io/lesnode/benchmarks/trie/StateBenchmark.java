package io.lesnode.benchmarks.trie;

import io.lesnode.benchmarks.chain.MeasuredChain;
import io.lesnode.chain.state.TrieState;
import io.lesnode.chain.store.ChainSnapshot;
import io.lesnode.chain.trie.ProofOutcome;
import io.lesnode.chain.trie.ProofVerifier;
import io.lesnode.primitives.Account;
import io.lesnode.primitives.Address;
import io.lesnode.primitives.BlockBody;
import io.lesnode.primitives.Transaction;
import io.lesnode.primitives.crypto.Keccak;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
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
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The state of the head of the measured chain in RocksDB: accounts that transactions paid are read,
 * proven and their proofs verified. The limit is one read of the store, or of its cache, for each
 * level of the trie.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class StateBenchmark {
  private static final int MOST_ACCOUNTS = 1_024;

  private @Nullable MeasuredChain measured;
  private @Nullable ChainSnapshot snapshot;
  private final List<Address> accounts = new ArrayList<>();
  private final List<List<Bytes>> proofs = new ArrayList<>();
  private Bytes32 root = Bytes32.ZERO;
  private int turn;

  @Setup
  public void open() {
    MeasuredChain chain = MeasuredChain.open();
    ChainSnapshot reader = chain.chain().store().snapshot();
    root = chain.chain().head().header().stateRoot();
    Set<Address> found = new LinkedHashSet<>();
    for (long n = chain.chain().head().number(); n > 0 && found.size() < MOST_ACCOUNTS; n--) {
      BlockBody body = reader.body(reader.canonicalHash(n).orElseThrow()).orElseThrow();
      for (Transaction transaction : body.transactions()) {
        Address to = transaction.to();
        if (to != null) {
          found.add(to);
        }
      }
    }
    accounts.addAll(found);
    for (Address account : accounts) {
      proofs.add(List.copyOf(new TrieState(reader, root).prove(account)));
    }
    measured = chain;
    snapshot = reader;
  }

  @TearDown
  public void close() {
    if (snapshot != null && measured != null) {
      snapshot.close();
      measured.close();
    }
  }

  private TrieState state() {
    if (snapshot == null) {
      throw new IllegalStateException("not set up");
    }
    turn = turn + 1 == accounts.size() ? 0 : turn + 1;
    return new TrieState(snapshot, root);
  }

  /** Reads an account. */
  @Benchmark
  public @Nullable Account readAccount() {
    return state().account(accounts.get(turn));
  }

  /** Proves an account. */
  @Benchmark
  public List<Bytes> proveAccount() {
    return state().prove(accounts.get(turn));
  }

  /** Verifies the proof of an account. */
  @Benchmark
  public ProofOutcome verifyAccount() {
    turn = turn + 1 == accounts.size() ? 0 : turn + 1;
    Bytes32 key = Keccak.keccak256(accounts.get(turn).bytes());
    return ProofVerifier.verify(root, key, proofs.get(turn));
  }
}
