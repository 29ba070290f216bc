package io.lesnode.chain.index;

import io.lesnode.chain.trie.StoredNode;
import java.util.List;

/**
 * A section in memory.
 *
 * @param chtNodes what its canonical hash trie adds to that of the section before
 * @param bloomNodes what its bloom trie adds to that of the section before
 */
record BuiltSection(
    CheckpointEntry entry, List<StoredNode> chtNodes, List<StoredNode> bloomNodes) {}
