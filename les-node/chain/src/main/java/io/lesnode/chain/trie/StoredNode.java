package io.lesnode.chain.trie;

import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;

/**
 * A node that stands under its own hash: its encoding has 32 bytes or more, or it is the root.
 *
 * @param hash Keccak-256 of the encoding
 * @param encoded the RLP encoding
 */
public record StoredNode(Bytes32 hash, Bytes encoded) {}
