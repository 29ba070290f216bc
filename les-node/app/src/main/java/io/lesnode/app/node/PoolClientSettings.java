package io.lesnode.app.node;

import io.lesnode.devp2p.Enode;
import io.lesnode.primitives.crypto.KeyPair;
import io.lesnode.vipnode.pool.TokenPrice;
import org.apache.tuweni.units.bigints.UInt256;

/**
 * How a light client takes part in a pool.
 *
 * @param pool where the pool is
 * @param account pays; never shown
 * @param hosts how many hosts it wants
 * @param capacity of each
 * @param maxPrice it pays no more for tokens
 * @param budgetWei it pays no more altogether while it runs
 * @param depositWei put on chain for the pool when needed; zero: nothing is
 */
public record PoolClientSettings(
    Enode pool,
    KeyPair account,
    int hosts,
    long capacity,
    TokenPrice maxPrice,
    UInt256 budgetWei,
    UInt256 depositWei) {

  /** Leaves the key out: this text may be logged. */
  @Override
  public String toString() {
    return "PoolClientSettings[pool=" + pool + ", account=" + account.address() + "]";
  }
}
