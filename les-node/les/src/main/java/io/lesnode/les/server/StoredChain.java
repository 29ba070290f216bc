package io.lesnode.les.server;

import io.lesnode.chain.blocks.Blockchain;
import io.lesnode.chain.blocks.HeadBlock;
import io.lesnode.chain.index.RegisteredCheckpoint;
import io.lesnode.chain.index.Sections;
import io.lesnode.primitives.config.ForkId;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.tuweni.bytes.Bytes32;

/** A full node's chain as it is served. Thread-safe. */
public final class StoredChain implements ServedChain {

  private final Blockchain chain;
  private final ForkId.Schedule forkSchedule;
  private final boolean archive;
  private final Sections sections;
  private final Supplier<Optional<RegisteredCheckpoint>> checkpoint;

  /**
   * Serves a chain with helper tries of the standard sections and no announced checkpoint.
   *
   * @param archive whether its store keeps all states
   */
  public StoredChain(Blockchain chain, boolean archive) {
    this(chain, archive, Sections.STANDARD, Optional::empty);
  }

  /**
   * Serves a chain.
   *
   * @param archive whether its store keeps all states
   * @param sections of its helper tries, as they are indexed
   * @param checkpoint what is announced; asked on the node loop, so it answers from memory
   */
  public StoredChain(
      Blockchain chain,
      boolean archive,
      Sections sections,
      Supplier<Optional<RegisteredCheckpoint>> checkpoint) {
    this.chain = chain;
    this.archive = archive;
    this.sections = sections;
    this.checkpoint = checkpoint;
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
  public Optional<RegisteredCheckpoint> registeredCheckpoint() {
    return checkpoint.get();
  }

  @Override
  public ServedView openView() {
    return new StoredView(chain.store().snapshot(), sections);
  }

  @Override
  public Subscription subscribe(HeadListener listener) {
    var subscription = chain.onHeadChange(change -> listener.onHead(served(change.newHead())));
    return subscription::close;
  }

  @Override
  public Subscription subscribeImports(ImportListener listener) {
    var subscription = chain.onImport(listener::onImporting);
    return subscription::close;
  }
}
