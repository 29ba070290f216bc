package io.lesnode.vipnode.pool;

import java.util.Optional;
import java.util.Set;
import org.apache.tuweni.bytes.Bytes32;

/**
 * How a pool works; what an operator can change of it.
 *
 * @param keepAliveSeconds how often members report
 * @param expirySeconds a host that was silent for longer is not offered
 * @param intervalSeconds for how long a client uses a host between two statements
 * @param graceSeconds how much longer than its interval a grant lasts, so that both can sign
 * @param maxLagBlocks a host further behind the pool's verified head is not offered
 * @param unmatchAfter disagreements after which a client and a host are kept apart
 * @param maxHostsPerRequest the most hosts that one request gets
 * @param feePerMille what clients pay to the pool on top of what hosts get
 * @param scoreHalfLifeSeconds in this time half of a fault is forgotten
 * @param restrictGenesis members of other chains are refused
 * @param deniedVersions client names that start with one of these are refused
 * @param maxMembers hosts and clients that are remembered at once
 */
public record PoolRules(
    int keepAliveSeconds,
    int expirySeconds,
    int intervalSeconds,
    int graceSeconds,
    int maxLagBlocks,
    int unmatchAfter,
    int maxHostsPerRequest,
    int feePerMille,
    int scoreHalfLifeSeconds,
    Optional<Bytes32> restrictGenesis,
    Set<String> deniedVersions,
    int maxMembers) {

  /** Checks the limits. */
  public PoolRules {
    deniedVersions = Set.copyOf(deniedVersions);
    if (keepAliveSeconds < 1 || expirySeconds <= keepAliveSeconds || intervalSeconds < 1) {
      throw new IllegalArgumentException("a member must be able to report before it expires");
    }
    if (feePerMille < 0 || feePerMille > 1000 || graceSeconds < 0 || unmatchAfter < 1) {
      throw new IllegalArgumentException("the fee is 0 … 1000 per mille");
    }
    if (maxHostsPerRequest < 1 || maxMembers < 1 || scoreHalfLifeSeconds < 1) {
      throw new IllegalArgumentException("limits must be at least 1");
    }
  }

  /** How long a grant lasts. */
  public long grantSeconds() {
    return (long) intervalSeconds + graceSeconds;
  }

  /** vipnode's times, a fee of one per cent. */
  public static PoolRules standard() {
    return new PoolRules(60, 120, 60, 10, 3, 3, 16, 10, 600, Optional.empty(), Set.of(), 65_536);
  }

  /** The same with another fee. */
  public PoolRules withFee(int perMille) {
    return new PoolRules(
        keepAliveSeconds,
        expirySeconds,
        intervalSeconds,
        graceSeconds,
        maxLagBlocks,
        unmatchAfter,
        maxHostsPerRequest,
        perMille,
        scoreHalfLifeSeconds,
        restrictGenesis,
        deniedVersions,
        maxMembers);
  }

  /** The same with another limit of hosts for a request. */
  public PoolRules withMaxHostsPerRequest(int limit) {
    return new PoolRules(
        keepAliveSeconds,
        expirySeconds,
        intervalSeconds,
        graceSeconds,
        maxLagBlocks,
        unmatchAfter,
        limit,
        feePerMille,
        scoreHalfLifeSeconds,
        restrictGenesis,
        deniedVersions,
        maxMembers);
  }

  /** The same, but only for members of one chain. */
  public PoolRules onlyGenesis(Bytes32 genesisHash) {
    return new PoolRules(
        keepAliveSeconds,
        expirySeconds,
        intervalSeconds,
        graceSeconds,
        maxLagBlocks,
        unmatchAfter,
        maxHostsPerRequest,
        feePerMille,
        scoreHalfLifeSeconds,
        Optional.of(genesisHash),
        deniedVersions,
        maxMembers);
  }

  /** The same with another interval, for tests and demonstrations that cannot wait minutes. */
  public PoolRules withInterval(int seconds, int grace) {
    return new PoolRules(
        keepAliveSeconds,
        expirySeconds,
        seconds,
        grace,
        maxLagBlocks,
        unmatchAfter,
        maxHostsPerRequest,
        feePerMille,
        scoreHalfLifeSeconds,
        restrictGenesis,
        deniedVersions,
        maxMembers);
  }
}
