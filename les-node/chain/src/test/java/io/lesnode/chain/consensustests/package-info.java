/**
 * Runs the official Ethereum consensus tests against the EVM and the trie. Imports nothing but what
 * it tests; run in full with {@code -Dconsensus.full=true} or {@code -Pfull-consensus}.
 */
@NullMarked
package io.lesnode.chain.consensustests;

import org.jspecify.annotations.NullMarked;
