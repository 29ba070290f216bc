package io.lesnode.les.client.pool;

import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Takes turns between servers that were worth something, at random by their weight, and new ones in
 * the order in which they were found, so that good servers are used and better ones still found.
 * Confined to the client loop.
 *
 * <p>Reference: geth v1.10.26, p2p/enode/iter.go (FairMix), les/vflux/client/wrsiterator.go.
 */
public final class ValueForMoney implements ServerSelection {
  private boolean lastWasKnown;

  @Override
  public int choose(List<Candidate> candidates, RandomGenerator random) {
    int firstNew = -1;
    double total = 0;
    for (int i = 0; i < candidates.size(); i++) {
      if (candidates.get(i).isKnown()) {
        total += candidates.get(i).weight();
      } else if (firstNew < 0) {
        firstNew = i;
      }
    }
    boolean takeKnown = total > 0 && (firstNew < 0 || !lastWasKnown);
    lastWasKnown = takeKnown;
    return takeKnown ? drawn(candidates, random.nextDouble() * total) : firstNew;
  }

  private static int drawn(List<Candidate> candidates, double draw) {
    double left = draw;
    int last = 0;
    for (int i = 0; i < candidates.size(); i++) {
      if (candidates.get(i).isKnown()) {
        last = i;
        left -= candidates.get(i).weight();
        if (left < 0) {
          return i;
        }
      }
    }
    return last;
  }
}
