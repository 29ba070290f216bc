package io.lesnode.devp2p.discovery.v4;

import io.lesnode.devp2p.NodeId;
import org.apache.tuweni.bytes.Bytes32;

/**
 * A packet that was read: its hash is right and its signature gives the sender.
 *
 * @param hash the first 32 bytes, which answers refer to
 * @param sender who signed it
 */
record PacketV4(Bytes32 hash, NodeId sender, MessageV4 message) {}
