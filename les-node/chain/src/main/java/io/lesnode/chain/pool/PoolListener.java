package io.lesnode.chain.pool;

import io.lesnode.primitives.Transaction;
import java.util.List;

/** Learns of transactions that became executable: to relay them, or to seal a block. */
@FunctionalInterface
public interface PoolListener {
  /** Called on the pool's notifier, outside of its lock, with at least one transaction. */
  void onExecutable(List<Transaction> transactions);
}
