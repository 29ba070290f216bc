package io.lesnode.vip.pool;

import io.lesnode.vipnode.pool.PoolFigures;
import java.math.BigInteger;
import java.util.List;
import java.util.Optional;

/**
 * What a pool's status page shows (vipnode's {@code pool_status}).
 *
 * @param updatedSeconds when this was taken, Unix time
 * @param startedSeconds when the pool was started
 * @param version the program's
 * @param figures hosts, clients and counts
 * @param remotes open connections
 * @param creditWei what clients have at the pool and hosts are owed
 * @param depositWei what members' proofs entitle the pool to on chain
 * @param feesWei what the pool earned
 * @param payoutFailures payments to hosts that did not work
 * @param error what is wrong now, if anything is
 */
public record PoolStatus(
    long updatedSeconds,
    long startedSeconds,
    String version,
    PoolFigures figures,
    int remotes,
    BigInteger creditWei,
    BigInteger depositWei,
    BigInteger feesWei,
    long payoutFailures,
    Optional<String> error) {

  /** When nothing can be said but what is wrong. */
  static PoolStatus failed(String version, String error) {
    return new PoolStatus(
        0,
        0,
        version,
        new PoolFigures(List.of(), 0, 0, 0, 0, 0, 0, 0, 0, 0),
        0,
        BigInteger.ZERO,
        BigInteger.ZERO,
        BigInteger.ZERO,
        0,
        Optional.of(error));
  }

  /** Whether the pool works. */
  public boolean healthy() {
    return error.isEmpty();
  }
}
