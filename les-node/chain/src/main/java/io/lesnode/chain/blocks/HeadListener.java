package io.lesnode.chain.blocks;

/** Learns of new heads. */
@FunctionalInterface
public interface HeadListener {
  /**
   * Called on the chain writer for every new head in order, also while a file is imported. Must
   * only hand the change over and return: the writer waits. Must not throw.
   */
  void onHeadChange(HeadChange change);
}
