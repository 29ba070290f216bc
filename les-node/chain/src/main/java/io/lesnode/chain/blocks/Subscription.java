package io.lesnode.chain.blocks;

/** A listener's registration; closing it ends the calls that have not begun. */
@FunctionalInterface
public interface Subscription extends AutoCloseable {
  @Override
  void close();
}
