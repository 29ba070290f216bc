package io.lesnode.chain.index;

import io.lesnode.chain.store.ChainStore;
import io.lesnode.chain.store.IndexBatch;
import io.lesnode.chain.trie.StoredNode;
import java.util.List;

/**
 * Stores a section: first its nodes, in batches small enough not to hold up the chain writer, then
 * the row by which it is found. Nodes that a kill leaves without a row are harmless and are written
 * again. Confined to one thread.
 */
final class SectionWriter {

  private static final long BATCH_BYTES = 256 << 10;

  private final ChainStore store;
  private final Pace pace;

  SectionWriter(ChainStore store, Pace pace) {
    this.store = store;
    this.pace = pace;
  }

  /** Returns whether all was written; not so where the pace said to stop. */
  boolean write(BuiltSection section) {
    try (IndexBatch batch = store.newIndexBatch()) {
      if (!writeNodes(HelperTrie.CHT, section.chtNodes(), batch)
          || !writeNodes(HelperTrie.BLOOM, section.bloomNodes(), batch)) {
        return false;
      }
      long index = section.entry().sectionIndex();
      batch.put(HelperTries.row(index), HelperTries.write(section.entry()));
      // What was built upon another section of this index is of another chain.
      for (long above = index + 1; store.index(HelperTries.row(above)).isPresent(); above++) {
        batch.remove(HelperTries.row(above));
      }
      batch.commit();
      return true;
    }
  }

  private boolean writeNodes(HelperTrie kind, List<StoredNode> nodes, IndexBatch batch) {
    long since = System.nanoTime();
    for (StoredNode node : nodes) {
      batch.put(kind.nodeKey(node.hash()), node.encoded());
      if (batch.sizeBytes() >= BATCH_BYTES) {
        batch.commit();
        if (!pace.goOn(System.nanoTime() - since)) {
          return false;
        }
        since = System.nanoTime();
      }
    }
    return true;
  }
}
