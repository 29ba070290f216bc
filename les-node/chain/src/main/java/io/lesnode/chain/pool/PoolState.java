package io.lesnode.chain.pool;

import io.lesnode.primitives.Account;
import io.lesnode.primitives.Address;
import io.lesnode.primitives.BlockHeader;
import org.jspecify.annotations.Nullable;

/** The accounts after one block. Only asked under the lock of the pool. */
@FunctionalInterface
public interface PoolState {
  /** Returns an account, or null where there is none. */
  @Nullable Account account(Address address);

  /** Opens the state after a block. */
  @FunctionalInterface
  interface Source {
    /** Returns the state after the block with that header. */
    PoolState after(BlockHeader header);
  }
}
