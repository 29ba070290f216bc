package io.lesnode.vip.pool;

import io.lesnode.vipnode.pool.PoolRules;
import java.net.InetSocketAddress;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How a pool node runs.
 *
 * @param clientName the name in its Hello
 * @param listenAddress where members connect
 * @param maxPeers how many members may be connected
 * @param rules how it matches and bills
 * @param seed orders hosts that are equally good; a secret
 * @param keepStatementsSeconds for how long signed statements are kept after they were settled
 */
public record PoolSettings(
    String clientName,
    @Nullable InetSocketAddress listenAddress,
    int maxPeers,
    PoolRules rules,
    long seed,
    long keepStatementsSeconds) {

  /** Thirty days of statements. */
  public static PoolSettings of(
      String clientName,
      Optional<InetSocketAddress> listen,
      int maxPeers,
      PoolRules rules,
      long seed) {
    return new PoolSettings(
        clientName, listen.orElse(null), maxPeers, rules, seed, 30L * 24 * 3_600);
  }
}
