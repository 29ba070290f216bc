package io.lesnode.les.server;

import io.lesnode.chain.pool.PoolError;
import io.lesnode.chain.pool.TxPool;
import io.lesnode.les.wire.LesMessage.TxStatusEntry;
import io.lesnode.primitives.Transaction;
import java.util.Optional;
import org.apache.tuweni.bytes.Bytes32;

/** A full node's transaction pool as light clients use it. Thread-safe. */
public final class PoolRelay implements TransactionRelay {

  private final TxPool pool;

  /** Relays into a pool. */
  public PoolRelay(TxPool pool) {
    this.pool = pool;
  }

  @Override
  public long status(Bytes32 hash) {
    return switch (pool.status(hash)) {
      case UNKNOWN -> TxStatusEntry.UNKNOWN;
      case QUEUED -> TxStatusEntry.QUEUED;
      case PENDING -> TxStatusEntry.PENDING;
    };
  }

  @Override
  public Optional<String> add(Transaction transaction) {
    return Optional.ofNullable(pool.addRemote(transaction)).map(PoolError::text);
  }
}
