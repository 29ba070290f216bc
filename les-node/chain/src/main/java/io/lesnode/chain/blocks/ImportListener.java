package io.lesnode.chain.blocks;

/** Learns when the chain writer is busy. */
@FunctionalInterface
public interface ImportListener {
  /**
   * Called on the chain writer when it begins with blocks that were handed in, and when it is done
   * with them, whatever came of it. Must only hand it over and return. Must not throw.
   */
  void onImporting(boolean busy);
}
