/** What tries cost: reading, proving, verifying, hashing. */
@NullMarked
package io.lesnode.benchmarks.trie;

import org.jspecify.annotations.NullMarked;
