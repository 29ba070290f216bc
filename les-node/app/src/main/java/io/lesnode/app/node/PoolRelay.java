package io.lesnode.app.node;

import io.lesnode.chain.pool.PoolError;
import io.lesnode.chain.pool.TxPool;
import io.lesnode.les.server.TransactionRelay;
import io.lesnode.les.wire.LesMessage.TxStatusEntry;
import io.lesnode.primitives.Transaction;
import java.util.Optional;
import org.apache.tuweni.bytes.Bytes32;

/** The pool of a full node as light clients use it. Thread-safe. */
record PoolRelay(TxPool pool) implements TransactionRelay {
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
