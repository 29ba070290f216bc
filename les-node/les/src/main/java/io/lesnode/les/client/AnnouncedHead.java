package io.lesnode.les.client;

import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;

/** A head that a server says it has; a claim until the header is verified. Immutable. */
record AnnouncedHead(Bytes32 hash, long number, UInt256 totalDifficulty) {}
