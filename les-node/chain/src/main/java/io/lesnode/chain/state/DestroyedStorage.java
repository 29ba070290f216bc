package io.lesnode.chain.state;

import org.apache.tuweni.bytes.Bytes32;

/**
 * A whole storage trie that a block dropped, because its contract destroyed itself or was created
 * anew.
 *
 * @param accountHash Keccak-256 of the address
 * @param storageRoot the root before the block, not the empty one
 */
public record DestroyedStorage(Bytes32 accountHash, Bytes32 storageRoot) {}
