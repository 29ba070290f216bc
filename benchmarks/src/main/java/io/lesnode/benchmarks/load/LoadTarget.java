package io.lesnode.benchmarks.load;

import java.util.List;
import java.util.SplittableRandom;
import org.apache.tuweni.bytes.Bytes32;

/**
 * What clients know of the server's chain. Immutable.
 *
 * @param hashes of some blocks; at least that of the head
 */
record LoadTarget(long headNumber, Bytes32 headHash, List<Bytes32> hashes) {

  LoadTarget {
    hashes = List.copyOf(hashes);
  }

  /** Whether more than the head is known. */
  boolean isKnown() {
    return hashes.size() > 1;
  }

  Bytes32 anyHash(SplittableRandom random) {
    return hashes.get(random.nextInt(hashes.size()));
  }
}
