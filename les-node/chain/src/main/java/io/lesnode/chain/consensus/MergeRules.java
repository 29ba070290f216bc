package io.lesnode.chain.consensus;

import io.lesnode.primitives.Address;
import io.lesnode.primitives.BlockHeader;
import io.lesnode.primitives.EmptyHashes;
import io.lesnode.primitives.config.ChainConfig;
import java.util.List;
import org.apache.tuweni.units.bigints.UInt256;

/**
 * A chain that moves to proof of stake: the older rules until the total difficulty of the parent
 * reaches the terminal one, those of EIP-3675 from then on. Thread-safe.
 *
 * <p>Whether a zero-difficulty header was chosen by a beacon chain is not known here; whoever feeds
 * such headers answers for that, as with geth.
 *
 * <p>Reference: EIP-3675; geth consensus/beacon/consensus.go.
 */
public final class MergeRules implements ConsensusRules {
  private final ChainConfig config;
  private final UInt256 terminalTotalDifficulty;
  private final ConsensusRules before;

  /** Wraps the rules that hold before the merge. */
  public MergeRules(ChainConfig config, UInt256 terminalTotalDifficulty, ConsensusRules before) {
    this.config = config;
    this.terminalTotalDifficulty = terminalTotalDifficulty;
    this.before = before;
  }

  @Override
  public boolean isProofOfStake(BlockHeader header) {
    return header.number() > 0 && header.difficulty().isZero();
  }

  @Override
  public void verifySeal(BlockHeader header) {
    if (!isProofOfStake(header)) {
      before.verifySeal(header);
    }
  }

  @Override
  public void verifyHeader(
      BlockHeader header,
      BlockHeader parent,
      UInt256 parentTotalDifficulty,
      HeaderSource ancestors) {
    boolean reached = parentTotalDifficulty.compareTo(terminalTotalDifficulty) >= 0;
    if (!reached && isProofOfStake(header)) {
      throw new InvalidBlockException("invalid terminal block");
    }
    if (!reached) {
      before.verifyHeader(header, parent, parentTotalDifficulty, ancestors);
      return;
    }
    if (header.extraData().size() > HeaderRules.MAX_EXTRA_DATA_BYTES) {
      throw new InvalidBlockException(
          "extra-data longer than 32 bytes (" + header.extraData().size() + ")");
    }
    if (!header.difficulty().isZero()) {
      throw new InvalidBlockException(
          "invalid difficulty: have " + header.difficulty().toDecimalString() + ", want 0");
    }
    if (header.nonce() != 0) {
      throw new InvalidBlockException("invalid nonce");
    }
    if (!header.ommersHash().equals(EmptyHashes.OMMERS)) {
      throw new InvalidBlockException("invalid uncle hash");
    }
    if (header.timestamp() <= parent.timestamp()) {
      throw new InvalidBlockException("invalid timestamp");
    }
    HeaderRules.verifyGas(config, header, parent);
    HeaderRules.verifyNumber(header, parent);
    HeaderRules.verifyOptionalFields(config, header, parent);
  }

  @Override
  public void verifyOmmers(BlockHeader header, List<BlockHeader> ommers, AncestorSource ancestors) {
    if (!isProofOfStake(header)) {
      before.verifyOmmers(header, ommers, ancestors);
    } else if (!ommers.isEmpty()) {
      throw new InvalidBlockException("too many uncles");
    }
  }

  @Override
  public List<Reward> rewards(BlockHeader header, List<BlockHeader> ommers) {
    return isProofOfStake(header) ? List.of() : before.rewards(header, ommers);
  }

  @Override
  public Address author(BlockHeader header) {
    return isProofOfStake(header) ? header.coinbase() : before.author(header);
  }
}
