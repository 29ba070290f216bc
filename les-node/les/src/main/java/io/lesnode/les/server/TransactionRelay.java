package io.lesnode.les.server;

import io.lesnode.primitives.Transaction;
import java.util.Optional;
import org.apache.tuweni.bytes.Bytes32;

/** The transaction pool as light clients use it. Thread-safe; may take locks. */
public interface TransactionRelay {

  /** One of the {@link io.lesnode.les.wire.LesMessage.TxStatusEntry} constants, never INCLUDED. */
  long status(Bytes32 hash);

  /** Adds a transaction; the reason in geth's words if it was refused. */
  Optional<String> add(Transaction transaction);
}
