package io.lesnode.les.client.ulc;

import io.lesnode.devp2p.NodeId;
import java.util.Set;

/**
 * The servers whose heads an ultra light client believes if enough of them agree (geth {@code
 * les/ulc.go}). Immutable.
 *
 * @param ids who they are
 * @param fractionPercent which share of all of them must announce a head, 1 to 100
 */
public record TrustedServers(Set<NodeId> ids, int fractionPercent) {

  /** geth's {@code --ulc.fraction}. */
  public static final int DEFAULT_FRACTION_PERCENT = 75;

  private static final int WHOLE_PERCENT = 100;

  /** Copies the ids and refuses what can never be fulfilled. */
  public TrustedServers {
    ids = Set.copyOf(ids);
    if (ids.isEmpty()) {
      throw new IllegalArgumentException("an ultra light client needs at least one trusted server");
    }
    if (fractionPercent < 1 || fractionPercent > WHOLE_PERCENT) {
      throw new IllegalArgumentException(
          "the share of trusted servers that must agree is 1 to 100 percent, not "
              + fractionPercent);
    }
  }

  /** Whether a server is one of them. */
  public boolean contains(NodeId id) {
    return ids.contains(id);
  }

  /** Whether this many of them are enough; in whole percent, rounded down, as geth reckons. */
  public boolean isEnough(int agreeing) {
    return WHOLE_PERCENT * (long) agreeing / ids.size() >= fractionPercent;
  }

  /** How many of them must agree. */
  public int needed() {
    int count = 1;
    while (!isEnough(count)) {
      count++;
    }
    return count;
  }
}
