package io.lesnode.les.server;

import io.lesnode.primitives.BlockHeader;
import org.apache.tuweni.units.bigints.UInt256;

/** A head of the served chain with the total difficulty up to and including it. */
public record ServedHead(BlockHeader header, UInt256 totalDifficulty) {}
