package io.lesnode.les.client.checkpoint;

import io.lesnode.chain.index.CheckpointEntry;
import io.lesnode.chain.index.OracleConfig;
import io.lesnode.chain.index.RegisteredCheckpoint;
import io.lesnode.chain.index.Sections;
import java.util.Optional;

/**
 * Which checkpoints this client would start at (geth v1.10.26 {@code les/sync.go}, synchronise).
 * Immutable.
 *
 * @param known the checkpoint that a person configured
 * @param fixed start there, or at genesis if none is known, whatever servers advertise
 * @param oracle whose signatures make a checkpoint of a server good; without it none is
 */
public record CheckpointPolicy(
    Optional<CheckpointEntry> known, boolean fixed, Optional<OracleConfig> oracle) {

  /** Every header from the genesis block on, whatever servers advertise. */
  public static final CheckpointPolicy FROM_GENESIS =
      new CheckpointPolicy(Optional.empty(), true, Optional.empty());

  /** What to do before headers are fetched upwards from our head. */
  public sealed interface Start {
    /** Nothing: our head is the place to go on from. */
    record AtHead() implements Start {}

    /** Go on from a checkpoint that we trust. */
    record AtCheckpoint(CheckpointEntry checkpoint) implements Start {}

    /** The same, once the oracle's signers are found to vouch for it. */
    record IfApproved(RegisteredCheckpoint checkpoint, OracleConfig oracle) implements Start {}
  }

  /**
   * Chooses for a sync with one server.
   *
   * @param headNumber of our chain
   * @param advertised the checkpoint in the server's Status
   * @param cut how the chain is cut
   */
  public Start choose(long headNumber, Optional<RegisteredCheckpoint> advertised, Cut cut) {
    boolean ours =
        fixed
            || advertised.isEmpty()
            || oracle.isEmpty()
            || (known.isPresent()
                && known.get().sectionIndex() >= advertised.get().checkpoint().sectionIndex());
    if (ours) {
      return known
          .filter(checkpoint -> isAhead(checkpoint, headNumber, cut))
          .<Start>map(Start.AtCheckpoint::new)
          .orElseGet(Start.AtHead::new);
    }
    RegisteredCheckpoint registered = advertised.get();
    return isAhead(registered.checkpoint(), headNumber, cut)
        ? new Start.IfApproved(registered, oracle.get())
        : new Start.AtHead();
  }

  private static boolean isAhead(CheckpointEntry checkpoint, long headNumber, Cut cut) {
    return checkpoint.sectionIndex() < cut.sections().limit()
        && headNumber < cut.startOf(checkpoint.sectionIndex());
  }

  /**
   * Where checkpoints lie.
   *
   * @param sections how the chain is cut into sections
   * @param epochBlocks how often a header names everything that later ones depend on: clique's
   *     epoch, 1 under proof of work
   */
  public record Cut(Sections sections, long epochBlocks) {
    /** The height to go on from: the last block of a section, or the last epoch block in it. */
    public long startOf(long sectionIndex) {
      long last = sections.last(sectionIndex);
      return last - last % epochBlocks;
    }
  }
}
