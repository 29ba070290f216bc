package io.lesnode.chain.pool;

import io.lesnode.primitives.Transaction;
import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The transactions of one sender by nonce. Those that follow the account's nonce without a gap are
 * executable, the others wait. Confined to the lock of the pool.
 */
final class AccountTransactions {
  private final TreeMap<Long, PooledTransaction> byNonce = new TreeMap<>(Long::compareUnsigned);
  private long stateNonce;
  private int executable;
  private Instant lastActive;

  AccountTransactions(long stateNonce, Instant now) {
    this.stateNonce = stateNonce;
    this.lastActive = now;
  }

  @Nullable PooledTransaction at(long nonce) {
    return byNonce.get(nonce);
  }

  boolean isExecutable(long nonce) {
    return byNonce.containsKey(nonce) && Long.compareUnsigned(nonce - stateNonce, executable) < 0;
  }

  int executableCount() {
    return executable;
  }

  int waitingCount() {
    return byNonce.size() - executable;
  }

  boolean isEmpty() {
    return byNonce.isEmpty();
  }

  Instant lastActive() {
    return lastActive;
  }

  /** Returns the nonce of the next transaction that would be executable. */
  long nextNonce() {
    return stateNonce + executable;
  }

  void put(PooledTransaction transaction) {
    byNonce.put(transaction.transaction().nonce(), transaction);
  }

  void remove(long nonce) {
    byNonce.remove(nonce);
    executable = Math.min(executable, run());
  }

  /** Returns the last transaction, the one that nothing else depends on. */
  PooledTransaction last() {
    return byNonce.lastEntry().getValue();
  }

  /** Returns the last executable transaction. */
  @Nullable PooledTransaction lastExecutable() {
    return executable == 0 ? null : byNonce.get(stateNonce + executable - 1);
  }

  List<PooledTransaction> all() {
    return List.copyOf(byNonce.values());
  }

  List<PooledTransaction> executables() {
    return all().subList(0, executable);
  }

  List<PooledTransaction> waiting() {
    return all().subList(executable, byNonce.size());
  }

  /**
   * Takes over what is executable now; returns what was not before. A raised count is a sign of
   * life.
   */
  List<Transaction> promote(Instant now) {
    int before = executable;
    executable = run();
    List<Transaction> promoted = new ArrayList<>();
    for (int i = before; i < executable; i++) {
      PooledTransaction next = byNonce.get(stateNonce + i);
      if (next != null) {
        promoted.add(next.transaction());
      }
    }
    if (!promoted.isEmpty()) {
      lastActive = now;
    }
    return promoted;
  }

  /**
   * Moves to the account's new nonce and balance; removes and returns what is used up, unaffordable
   * or too large for a block. The rest is promoted by {@link #promote}.
   */
  List<PooledTransaction> reset(long nonce, BigInteger balance, long blockGasLimit) {
    long shift = nonce - stateNonce;
    // a nonce that went back (a reorg) leaves a gap in front until the dropped ones are added again
    executable = Long.compareUnsigned(shift, executable) <= 0 ? executable - (int) shift : 0;
    stateNonce = nonce;
    List<PooledTransaction> dropped = new ArrayList<>();
    for (Iterator<PooledTransaction> all = byNonce.values().iterator(); all.hasNext(); ) {
      PooledTransaction next = all.next();
      Transaction transaction = next.transaction();
      if (Long.compareUnsigned(transaction.nonce(), nonce) < 0
          || Long.compareUnsigned(transaction.gasLimit(), blockGasLimit) > 0
          || PooledTransaction.cost(transaction).compareTo(balance) > 0) {
        all.remove();
        dropped.add(next);
      }
    }
    executable = Math.min(executable, run());
    return dropped;
  }

  /** Counts the transactions from the account's nonce on that have no gap between them. */
  private int run() {
    int count = 0;
    while (byNonce.containsKey(stateNonce + count)) {
      count++;
    }
    return count;
  }
}
