package io.lesnode.les.client;

import io.lesnode.primitives.BlockHeader;
import org.apache.tuweni.units.bigints.UInt256;

/**
 * A header of our chain with the total difficulty up to and including it: one of our own, or proven
 * by the canonical hash trie of a section that we trust.
 */
public record VerifiedOldHeader(BlockHeader header, UInt256 totalDifficulty) {}
