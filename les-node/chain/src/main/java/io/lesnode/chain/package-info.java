/**
 * Trie, state, store, consensus rules, block import and transaction pool. Imports evm and
 * primitives.
 */
@NullMarked
package io.lesnode.chain;

import org.jspecify.annotations.NullMarked;
