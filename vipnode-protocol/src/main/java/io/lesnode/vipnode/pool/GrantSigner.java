package io.lesnode.vipnode.pool;

import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;

/** Signs with a node key, which a value machine does not hold. Asked on its loop. */
@FunctionalInterface
public interface GrantSigner {
  /** The signature {@code r‖s‖v} over a digest. */
  Bytes sign(Bytes32 digest);
}
