package io.lesnode.les.client.logs;

import io.lesnode.primitives.BlockHeader;
import io.lesnode.primitives.Log;
import org.apache.tuweni.bytes.Bytes32;

/**
 * A log and where it is.
 *
 * @param header the block, canonical when it was found
 * @param transactionIndex the transaction's place in the block
 * @param transactionHash the transaction
 * @param logIndex the log's place among all logs of the block
 * @param log the log
 */
public record FoundLog(
    BlockHeader header, int transactionIndex, Bytes32 transactionHash, int logIndex, Log log) {}
