package io.lesnode.chain.consensus;

import io.lesnode.primitives.Address;
import io.lesnode.primitives.BlockHeader;
import io.lesnode.primitives.config.ChainConfig;
import io.lesnode.primitives.config.ConsensusConfig;
import java.time.InstantSource;
import java.util.List;
import org.apache.tuweni.units.bigints.UInt256;

/**
 * What makes a header part of a chain. Full import and the light client call the same methods:
 * {@link #verifySeal} may run ahead on any thread, {@link #verifyHeader} then needs the parent.
 *
 * <p>Thread-safe. Every refusal is an {@link InvalidBlockException} in geth's words.
 */
public interface ConsensusRules {
  /**
   * Returns the rules of a chain.
   *
   * @param snapshots where clique keeps what is costly to recompute; unused by proof of work
   * @param clock decides what lies in the future
   */
  static ConsensusRules of(
      ChainConfig config, SealCheck sealCheck, CliqueSnapshotStore snapshots, InstantSource clock) {
    ConsensusRules beforeMerge =
        switch (config.consensus()) {
          case ConsensusConfig.Ethash() -> new EthashRules(config, sealCheck, clock);
          case ConsensusConfig.Clique(long periodSeconds, long epochBlocks) ->
              new CliqueRules(config, periodSeconds, epochBlocks, snapshots, clock);
        };
    UInt256 terminalTotalDifficulty = config.terminalTotalDifficulty();
    return terminalTotalDifficulty == null
        ? beforeMerge
        : new MergeRules(config, terminalTotalDifficulty, beforeMerge);
  }

  /** A payment that the rules make at the end of a block. */
  record Reward(Address address, UInt256 amountWei) {}

  /**
   * Verifies what needs nothing but the header and costs the most: the proof of work, or that a
   * signer can be recovered (which is remembered for {@link #verifyHeader}). Does nothing where the
   * seal check is switched off.
   */
  void verifySeal(BlockHeader header);

  /**
   * Verifies everything else against the parent, which the caller has verified before.
   *
   * @param parentTotalDifficulty the sum of difficulties up to and including the parent
   * @param ancestors where older headers are found; proof of work and stake never ask
   */
  void verifyHeader(
      BlockHeader header,
      BlockHeader parent,
      UInt256 parentTotalDifficulty,
      HeaderSource ancestors);

  /**
   * Verifies the ommers of a block whose header passed {@link #verifyHeader}: how many, how old,
   * that none is counted twice, and each one as a header including its seal.
   */
  void verifyOmmers(BlockHeader header, List<BlockHeader> ommers, AncestorSource ancestors);

  /**
   * Returns who is paid how much after the transactions of a block, in order; empty under proof of
   * authority and of stake. Withdrawals are not part of it.
   */
  List<Reward> rewards(BlockHeader header, List<BlockHeader> ommers);

  /**
   * Returns who gets the fees and what COINBASE pushes: the coinbase field, or the recovered signer
   * under clique.
   */
  Address author(BlockHeader header);

  /** Returns whether the header follows the rules of proof of stake. */
  default boolean isProofOfStake(BlockHeader header) {
    return false;
  }
}
