package io.lesnode.chain.store;

import org.apache.tuweni.bytes.Bytes32;

/**
 * The newest canonical block.
 *
 * @param number its height
 * @param hash its hash
 */
public record ChainHead(long number, Bytes32 hash) {}
