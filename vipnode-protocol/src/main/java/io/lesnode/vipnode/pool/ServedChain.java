package io.lesnode.vipnode.pool;

import java.util.Set;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;

/**
 * Which chain a member speaks of and how: what vipnode called kind and network, told by the
 * protocol instead of by names.
 *
 * @param genesisHash hash of block 0
 * @param forkHash the first part of the fork id (EIP-2124), four bytes
 * @param lesVersions versions of LES, for example 2, 3 and 4
 */
public record ServedChain(Bytes32 genesisHash, Bytes forkHash, Set<Integer> lesVersions) {
  /** Copies the versions. */
  public ServedChain {
    lesVersions = Set.copyOf(lesVersions);
    if (forkHash.size() != 4) {
      throw new IllegalArgumentException("a fork hash has 4 bytes, this has " + forkHash.size());
    }
  }

  /** Whether two members can work together: same chain, same forks, one version in common. */
  public boolean fits(ServedChain other) {
    return genesisHash.equals(other.genesisHash)
        && forkHash.equals(other.forkHash)
        && lesVersions.stream().anyMatch(other.lesVersions::contains);
  }
}
