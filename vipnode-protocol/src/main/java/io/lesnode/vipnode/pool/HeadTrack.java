package io.lesnode.vipnode.pool;

import java.util.TreeMap;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;

/**
 * The pool's own verified heads: what members claim is held against them, never believed (D15).
 * Without a chain of its own a pool judges no head.
 */
final class HeadTrack {
  /** A host that lags is out long before it falls this far behind. */
  private static final int KEPT = 256;

  private final TreeMap<Long, Bytes> prefixes = new TreeMap<>();

  /** How a claim compares with what was verified. */
  sealed interface Verdict {
    /** Behind by so many blocks; 0 also for a head that is ahead of ours. */
    record Behind(long blocks) implements Verdict {}

    /** At this height our chain has another block. */
    record OtherChain() implements Verdict {}
  }

  void onHead(long number, Bytes32 hash) {
    prefixes.tailMap(number, true).clear(); // what a reorganisation took away
    prefixes.put(number, hash.slice(0, 8));
    if (prefixes.size() > KEPT) {
      prefixes.pollFirstEntry();
    }
  }

  /** The newest verified block; 0 without one. */
  long newest() {
    return prefixes.isEmpty() ? 0 : prefixes.lastKey();
  }

  Verdict judge(long number, Bytes hashPrefix) {
    if (prefixes.isEmpty() || number >= newest() + 1) {
      return new Verdict.Behind(0);
    }
    Bytes ours = prefixes.get(number);
    if (ours != null && !ours.equals(hashPrefix)) {
      return new Verdict.OtherChain();
    }
    return new Verdict.Behind(newest() - number);
  }
}
