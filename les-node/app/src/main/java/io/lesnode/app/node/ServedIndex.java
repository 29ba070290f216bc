package io.lesnode.app.node;

import io.lesnode.chain.blocks.Blockchain;
import io.lesnode.chain.index.CheckpointOracle;
import io.lesnode.chain.index.Checkpoints;
import io.lesnode.chain.index.HelperTrieIndexer;
import io.lesnode.chain.index.HelperTries;
import io.lesnode.chain.index.OracleConfig;
import io.lesnode.chain.index.RegisteredCheckpoint;
import io.lesnode.chain.index.Sections;
import io.lesnode.primitives.Address;
import java.util.Optional;

/**
 * What a node keeps beside its chain for light clients: helper tries, and the oracle's word about
 * them. Thread-safe.
 */
record ServedIndex(Checkpoints checkpoints, Optional<CheckpointOracle> oracle) {

  /** Of a node that serves no light clients. */
  static ServedIndex none() {
    return new ServedIndex(Checkpoints.NONE, Optional.empty());
  }

  /**
   * Starts both.
   *
   * @param given the oracle to ask; the network's own where empty
   */
  static ServedIndex start(Parts parts, Blockchain chain, Optional<OracleConfig> given) {
    Checkpoints checkpoints = new HelperTries(chain.store(), Sections.STANDARD);
    Optional<CheckpointOracle> oracle =
        given
            .or(() -> OracleConfig.ofNetwork(chain.genesis().hash()))
            .map(config -> CheckpointOracle.start(config, chain, checkpoints));
    oracle.ifPresent(started -> parts.add("checkpoint oracle", started));
    parts.add(
        "helper tries",
        HelperTrieIndexer.start(
            chain, Sections.STANDARD, () -> oracle.ifPresent(CheckpointOracle::refreshSoon)));
    return new ServedIndex(checkpoints, oracle);
  }

  /** What is announced to clients; from memory. */
  Optional<RegisteredCheckpoint> registered() {
    return oracle.flatMap(CheckpointOracle::registered);
  }

  /** Where the oracle's contract is. */
  Optional<Address> contract() {
    return oracle.map(CheckpointOracle::contract);
  }
}
