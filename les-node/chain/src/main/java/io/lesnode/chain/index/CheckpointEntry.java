package io.lesnode.chain.index;

import io.lesnode.primitives.crypto.Keccak;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;

/**
 * What a light client must trust of a finished section to prove everything below its end (geth
 * params.TrustedCheckpoint).
 *
 * @param sectionIndex which section, from 0
 * @param sectionHead the hash of its last block
 * @param chtRoot the root of the canonical hash trie over all blocks up to there
 * @param bloomRoot the root of the bloom trie over all blocks up to there
 */
public record CheckpointEntry(
    long sectionIndex, Bytes32 sectionHead, Bytes32 chtRoot, Bytes32 bloomRoot) {

  public CheckpointEntry {
    if (sectionIndex < 0) {
      throw new IllegalArgumentException("sections count from 0, not from " + sectionIndex);
    }
  }

  /** What the oracle's signers sign: Keccak-256 of index (8 bytes), head and both roots. */
  public Bytes32 hash() {
    return Keccak.keccak256(
        Bytes.concatenate(Bytes.ofUnsignedLong(sectionIndex), sectionHead, chtRoot, bloomRoot));
  }
}
