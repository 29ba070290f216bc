package io.lesnode.les.client;

import io.lesnode.les.client.checkpoint.CheckpointPolicy;
import io.lesnode.les.client.ulc.TrustedServers;
import java.util.Optional;

/**
 * Where the header chain begins and whose heads it follows. Immutable.
 *
 * @param checkpoints where it may begin
 * @param trusted the servers that must agree on a head (ultra light client); empty: the heaviest
 *     valid chain is followed, whoever has it
 */
record SyncPolicy(CheckpointPolicy checkpoints, Optional<TrustedServers> trusted) {
  /** From the genesis block, after the heaviest valid chain. */
  static final SyncPolicy PLAIN = new SyncPolicy(CheckpointPolicy.FROM_GENESIS, Optional.empty());
}
