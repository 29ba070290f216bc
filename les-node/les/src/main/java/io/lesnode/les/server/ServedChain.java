package io.lesnode.les.server;

import io.lesnode.chain.index.RegisteredCheckpoint;
import io.lesnode.primitives.config.ForkId;
import java.util.Optional;
import org.apache.tuweni.bytes.Bytes32;

/** The chain that a LES server serves. Thread-safe. */
public interface ServedChain {

  /** The hash of block zero. */
  Bytes32 genesisHash();

  /** The forks of the chain, for forkID and its filter. */
  ForkId.Schedule forkSchedule();

  /** The present canonical head; from memory, because the node loop asks for it. */
  ServedHead head();

  /** Whether the states of all blocks are kept. */
  boolean isArchive();

  /** The checkpoint that is announced to clients, if any; from memory. */
  Optional<RegisteredCheckpoint> registeredCheckpoint();

  /** A still picture of the chain for one request; the caller closes it. */
  ServedView openView();

  /**
   * Reports each change of the head from now on, on the thread of the chain writer; the callback
   * must not block.
   */
  Subscription subscribe(HeadListener listener);

  /**
   * Reports from now on when blocks are being executed, on the thread of the chain writer; the
   * callback must not block. A chain that does not grow has nothing to report.
   */
  default Subscription subscribeImports(ImportListener listener) {
    return () -> {};
  }

  /** Hears when the chain writer is busy. */
  @FunctionalInterface
  interface ImportListener {
    /** Blocks are being executed, or no more. */
    void onImporting(boolean busy);
  }

  /** Hears of new heads. */
  @FunctionalInterface
  interface HeadListener {
    /** The head is now {@code head}; the old one may be on another branch. */
    void onHead(ServedHead head);
  }

  /** A registration. */
  @FunctionalInterface
  interface Subscription {
    /** Ends it; a callback under way may still finish. */
    void cancel();
  }
}
