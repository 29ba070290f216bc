/**
 * Blocks: executing them, storing them, choosing the head, reading and writing chain files.
 *
 * <p>Public types: {@link io.lesnode.chain.blocks.ChainTip} is the moving end of a chain and {@link
 * io.lesnode.chain.blocks.HeadListener} how others follow it.
 *
 * <p>Exactly one thread writes, the chain writer; any thread reads and never waits for it. Must not
 * import networking.
 */
@NullMarked
package io.lesnode.chain.blocks;

import org.jspecify.annotations.NullMarked;
