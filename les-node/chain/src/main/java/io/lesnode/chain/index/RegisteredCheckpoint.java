package io.lesnode.chain.index;

/**
 * A checkpoint that is registered with the oracle and is what this node computed itself.
 *
 * @param registerHeight the block in which it was registered, unsigned
 */
public record RegisteredCheckpoint(CheckpointEntry checkpoint, long registerHeight) {}
