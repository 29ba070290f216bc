package io.lesnode.benchmarks.sim.engine;

import io.lesnode.chain.index.RegisteredCheckpoint;
import io.lesnode.les.server.ServedChain;
import io.lesnode.les.server.ServedHead;
import io.lesnode.les.server.ServedView;
import io.lesnode.primitives.BlockHeader;
import io.lesnode.primitives.config.ForkId;
import java.util.List;
import java.util.Optional;
import org.apache.tuweni.bytes.Bytes32;

/** A chain of one block, as far as a handshake needs one. */
final class SimChain implements ServedChain {

  private final BlockHeader genesis = new BlockHeader.Builder().build();
  private final ForkId.Schedule forks = new ForkId.Schedule(genesis.hash(), List.of(), List.of());
  private final ServedHead head = new ServedHead(genesis, genesis.difficulty());

  @Override
  public Bytes32 genesisHash() {
    return genesis.hash();
  }

  @Override
  public ForkId.Schedule forkSchedule() {
    return forks;
  }

  @Override
  public ServedHead head() {
    return head;
  }

  @Override
  public boolean isArchive() {
    return false;
  }

  @Override
  public Optional<RegisteredCheckpoint> registeredCheckpoint() {
    return Optional.empty();
  }

  @Override
  public ServedView openView() {
    throw new IllegalStateException("a simulated chain has nothing to read");
  }

  @Override
  public Subscription subscribe(HeadListener listener) {
    return () -> {};
  }
}
