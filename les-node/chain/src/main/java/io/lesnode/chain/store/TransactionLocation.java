package io.lesnode.chain.store;

import org.apache.tuweni.bytes.Bytes32;

/**
 * Where a transaction stands in the canonical chain.
 *
 * @param blockHash the block's hash
 * @param blockNumber the block's height
 * @param index of the transaction in the block, from 0
 */
public record TransactionLocation(Bytes32 blockHash, long blockNumber, int index) {}
