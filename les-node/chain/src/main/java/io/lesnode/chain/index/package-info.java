/**
 * Helper tries of a full node for light clients: the canonical hash trie (CHT), which proves old
 * headers, and the bloom trie, which finds logs in old blocks.
 *
 * <p>Public types: {@link io.lesnode.chain.index.Checkpoints}, what is known of finished sections;
 * {@link io.lesnode.chain.index.CheckpointEntry}, one of them. Reads are thread-safe; sections are
 * built by one thread of their own.
 */
@NullMarked
package io.lesnode.chain.index;

import org.jspecify.annotations.NullMarked;
