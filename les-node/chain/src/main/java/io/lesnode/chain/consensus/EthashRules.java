package io.lesnode.chain.consensus;

import io.lesnode.primitives.Address;
import io.lesnode.primitives.BlockHeader;
import io.lesnode.primitives.EmptyHashes;
import io.lesnode.primitives.config.ChainConfig;
import io.lesnode.primitives.config.Fork;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;

/**
 * Proof of work. Thread-safe; holds at most two epoch caches.
 *
 * <p>Reference: yellow paper 4.3.4 and 11; geth consensus/ethash/consensus.go.
 */
public final class EthashRules implements ConsensusRules {
  /** How far ahead of our clock a block may be. */
  private static final long ALLOWED_FUTURE_SECONDS = 15;

  private static final int MAX_OMMERS = 2;

  /** How many ancestors are looked at: an ommer's parent is one of them but the nearest. */
  private static final int OMMER_GENERATIONS = 7;

  private static final UInt256 ETHER_WEI = UInt256.valueOf(1_000_000_000_000_000_000L);
  private static final UInt256 FRONTIER_REWARD_WEI = ETHER_WEI.multiply(5);
  private static final UInt256 BYZANTIUM_REWARD_WEI = ETHER_WEI.multiply(3);
  private static final UInt256 CONSTANTINOPLE_REWARD_WEI = ETHER_WEI.multiply(2);

  private final ChainConfig config;
  private final InstantSource clock;
  private final SealCheck sealCheck;
  private final EthashSeal seal = new EthashSeal();

  /** Creates the rules of a chain; {@code clock} says what the future is. */
  public EthashRules(ChainConfig config, SealCheck sealCheck, InstantSource clock) {
    this.config = config;
    this.sealCheck = sealCheck;
    this.clock = clock;
  }

  @Override
  public void verifySeal(BlockHeader header) {
    if (sealCheck == SealCheck.FULL) {
      seal.verify(header);
    }
  }

  @Override
  public void verifyHeader(
      BlockHeader header,
      BlockHeader parent,
      UInt256 parentTotalDifficulty,
      HeaderSource ancestors) {
    if (header.timestamp() > clock.instant().getEpochSecond() + ALLOWED_FUTURE_SECONDS) {
      throw new InvalidBlockException(InvalidBlockException.Reason.FUTURE, "block in the future");
    }
    verifyAgainstParent(header, parent);
  }

  private void verifyAgainstParent(BlockHeader header, BlockHeader parent) {
    if (header.extraData().size() > HeaderRules.MAX_EXTRA_DATA_BYTES) {
      throw new InvalidBlockException(
          "extra-data too long: "
              + header.extraData().size()
              + " > "
              + HeaderRules.MAX_EXTRA_DATA_BYTES);
    }
    if (header.timestamp() <= parent.timestamp()) {
      throw new InvalidBlockException("timestamp older than parent");
    }
    UInt256 expected = EthashDifficulty.next(config, parent, header.timestamp());
    if (!expected.equals(header.difficulty())) {
      throw new InvalidBlockException(
          "invalid difficulty: have "
              + header.difficulty().toDecimalString()
              + ", want "
              + expected.toDecimalString());
    }
    HeaderRules.verifyGas(config, header, parent);
    HeaderRules.verifyNumber(header, parent);
    HeaderRules.verifyNoFieldsAfterMerge(header);
    DaoFork.verifyExtraData(config, header);
  }

  @Override
  public void verifyOmmers(BlockHeader header, List<BlockHeader> ommers, AncestorSource ancestors) {
    if (ommers.size() > MAX_OMMERS) {
      throw new InvalidBlockException("too many uncles");
    }
    if (ommers.isEmpty()) {
      return;
    }
    Map<Bytes32, BlockHeader> lineage = new HashMap<>();
    Set<Bytes32> counted = new HashSet<>();
    collectLineage(header, ancestors, lineage, counted);
    for (BlockHeader ommer : ommers) {
      if (!counted.add(ommer.hash())) {
        throw new InvalidBlockException("duplicate uncle");
      }
      if (lineage.containsKey(ommer.hash())) {
        throw new InvalidBlockException("uncle is ancestor");
      }
      BlockHeader parent = lineage.get(ommer.parentHash());
      if (parent == null || ommer.parentHash().equals(header.parentHash())) {
        throw new InvalidBlockException("uncle's parent is not ancestor");
      }
      verifyAgainstParent(ommer, parent);
      verifySeal(ommer);
    }
  }

  private static void collectLineage(
      BlockHeader header,
      AncestorSource ancestors,
      Map<Bytes32, BlockHeader> lineage,
      Set<Bytes32> counted) {
    Bytes32 hash = header.parentHash();
    long number = header.number() - 1;
    for (int i = 0; i < OMMER_GENERATIONS && number >= 0; i++) {
      BlockHeader ancestor = ancestors.header(hash, number);
      if (ancestor == null) {
        break;
      }
      lineage.put(hash, ancestor);
      if (!ancestor.ommersHash().equals(EmptyHashes.OMMERS)) {
        List<BlockHeader> ommers = ancestors.ommers(hash, number);
        if (ommers == null) {
          break;
        }
        ommers.forEach(ommer -> counted.add(ommer.hash()));
      }
      hash = ancestor.parentHash();
      number--;
    }
    lineage.put(header.hash(), header);
    counted.add(header.hash());
  }

  @Override
  public List<Reward> rewards(BlockHeader header, List<BlockHeader> ommers) {
    Fork fork = HeaderRules.forkOf(config, header);
    UInt256 blockReward =
        fork.isAtLeast(Fork.CONSTANTINOPLE)
            ? CONSTANTINOPLE_REWARD_WEI
            : fork.isAtLeast(Fork.BYZANTIUM) ? BYZANTIUM_REWARD_WEI : FRONTIER_REWARD_WEI;
    List<Reward> rewards = new ArrayList<>(1 + ommers.size());
    UInt256 minerReward = blockReward;
    for (BlockHeader ommer : ommers) {
      long eighths = ommer.number() + 8 - header.number();
      rewards.add(new Reward(ommer.coinbase(), blockReward.multiply(eighths).divide(8)));
      minerReward = minerReward.add(blockReward.divide(32));
    }
    rewards.add(new Reward(header.coinbase(), minerReward));
    return rewards;
  }

  @Override
  public Address author(BlockHeader header) {
    return header.coinbase();
  }
}
