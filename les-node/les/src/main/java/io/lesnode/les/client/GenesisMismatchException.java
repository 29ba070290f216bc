package io.lesnode.les.client;

import org.apache.tuweni.bytes.Bytes32;
import org.jspecify.annotations.Nullable;

/** The data directory holds the headers of another chain than the genesis file describes. */
public final class GenesisMismatchException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  GenesisMismatchException(Bytes32 wanted, @Nullable Bytes32 stored) {
    super(
        ("the data directory holds the chain with genesis %s, the genesis file describes %s;"
                + " use another data directory or the right genesis file")
            .formatted(stored, wanted));
  }
}
