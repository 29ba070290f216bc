package io.lesnode.chain.pool;

import java.time.Duration;
import org.apache.tuweni.units.bigints.UInt256;

/**
 * The bounds of a pool. A slot is 32 KiB of a transaction, so the slots bound the memory.
 *
 * @param priceLimitWei the least tip of a remote transaction
 * @param priceBumpPercent by how much a replacement must pay more
 * @param accountSlots executable transactions that an account keeps even when the pool is full
 * @param globalSlots executable slots of all accounts
 * @param accountQueue waiting transactions of one account
 * @param globalQueue waiting slots of all accounts
 * @param lifetime how long a transaction may wait
 */
public record PoolOptions(
    UInt256 priceLimitWei,
    int priceBumpPercent,
    int accountSlots,
    int globalSlots,
    int accountQueue,
    int globalQueue,
    Duration lifetime) {
  /** geth's defaults (core.DefaultTxPoolConfig); its price limit is one wei unless it mines. */
  public static final PoolOptions DEFAULT =
      new PoolOptions(UInt256.ONE, 10, 16, 4096 + 1024, 64, 1024, Duration.ofHours(3));

  /** Returns the same bounds with another least tip. */
  public PoolOptions withPriceLimitWei(UInt256 wei) {
    return new PoolOptions(
        wei, priceBumpPercent, accountSlots, globalSlots, accountQueue, globalQueue, lifetime);
  }
}
