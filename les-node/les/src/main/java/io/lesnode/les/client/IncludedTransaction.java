package io.lesnode.les.client;

import io.lesnode.primitives.BlockBody;
import io.lesnode.primitives.BlockHeader;
import io.lesnode.primitives.Transaction;

/** A transaction in a canonical block, verified with the block's header. Immutable. */
public record IncludedTransaction(
    Transaction transaction, BlockHeader header, BlockBody body, int index) {}
