package io.lesnode.rpc;

import java.time.Duration;

/**
 * What one caller may make a node do.
 *
 * @param gasCap most gas of eth_call and eth_estimateGas; 0 means no cap
 * @param evmTimeout longest run of an eth_call; zero means no limit
 * @param txFeeCapEther most ether that eth_sendRawTransaction lets a transaction pay in fees; 0
 *     means no cap
 */
public record CallLimits(long gasCap, Duration evmTimeout, double txFeeCapEther) {
  /** geth's defaults: 50,000,000 gas, 5 s, 1 ether. */
  public static final CallLimits DEFAULT = new CallLimits(50_000_000, Duration.ofSeconds(5), 1.0);
}
