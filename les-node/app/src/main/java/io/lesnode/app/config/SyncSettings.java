package io.lesnode.app.config;

import io.lesnode.chain.index.CheckpointEntry;
import io.lesnode.chain.index.OracleConfig;
import io.lesnode.devp2p.Enode;
import java.util.List;
import java.util.Optional;

/**
 * Where a light client begins and whom it believes.
 *
 * @param checkpoint where it begins; empty for the genesis block
 * @param fixed whether checkpoints that servers advertise are ignored
 * @param oracle whose signers vouch for those; empty for that of the network
 * @param trusted the servers that must agree on a head; none for a plain light client
 * @param fractionPercent which share of them must agree, 1 to 100
 * @param pruning whether old headers that servers can prove are removed
 */
public record SyncSettings(
    Optional<CheckpointEntry> checkpoint,
    boolean fixed,
    Optional<OracleConfig> oracle,
    List<Enode> trusted,
    int fractionPercent,
    boolean pruning) {
  /** From the genesis block or a signed checkpoint, after the heaviest chain. */
  public static final SyncSettings DEFAULT =
      new SyncSettings(Optional.empty(), false, Optional.empty(), List.of(), 75, true);

  /** Copies the list. */
  public SyncSettings {
    trusted = List.copyOf(trusted);
  }

  /** The same with or without pruning. */
  public SyncSettings withPruning(boolean removeOldHeaders) {
    return new SyncSettings(checkpoint, fixed, oracle, trusted, fractionPercent, removeOldHeaders);
  }
}
