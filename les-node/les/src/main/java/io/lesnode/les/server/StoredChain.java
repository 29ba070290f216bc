package io.lesnode.les.server;

import io.lesnode.chain.blocks.Blockchain;
import io.lesnode.chain.blocks.HeadBlock;
import io.lesnode.primitives.config.ForkId;
import org.apache.tuweni.bytes.Bytes32;

/** A full node's chain as it is served. Thread-safe. */
public final class StoredChain implements ServedChain {

  private final Blockchain chain;
  private final ForkId.Schedule forkSchedule;
  private final boolean archive;

  /**
   * Serves a chain.
   *
   * @param archive whether its store keeps all states
   */
  public StoredChain(Blockchain chain, boolean archive) {
    this.chain = chain;
    this.archive = archive;
    this.forkSchedule = ForkId.Schedule.of(chain.config(), chain.genesis().hash());
  }

  @Override
  public Bytes32 genesisHash() {
    return chain.genesis().hash();
  }

  @Override
  public ForkId.Schedule forkSchedule() {
    return forkSchedule;
  }

  @Override
  public ServedHead head() {
    return served(chain.head());
  }

  private static ServedHead served(HeadBlock head) {
    return new ServedHead(head.header(), head.totalDifficulty());
  }

  @Override
  public boolean isArchive() {
    return archive;
  }

  @Override
  public ServedView openView() {
    return new StoredView(chain.store().snapshot());
  }

  @Override
  public Subscription subscribe(HeadListener listener) {
    var subscription = chain.onHeadChange(change -> listener.onHead(served(change.newHead())));
    return subscription::close;
  }
}
