package io.lesnode.chain.consensus;

import io.lesnode.primitives.BlockHeader;
import io.lesnode.primitives.EmptyHashes;
import io.lesnode.primitives.config.ChainConfig;
import io.lesnode.primitives.config.Fork;
import java.math.BigInteger;
import java.util.List;
import java.util.Optional;
import org.apache.tuweni.units.bigints.UInt256;

/**
 * How hard the next proof-of-work block is. Stateless.
 *
 * <p>All forks share one shape: the parent's difficulty, moved by a 2048th of itself times a factor
 * that falls with the time between the blocks, never below 131,072, plus a bomb that doubles every
 * 100,000 blocks. Frontier knows the factors 1 and −1, Homestead counts in tens of seconds (EIP-2),
 * Byzantium in nines and one more if the parent had ommers (EIP-100); later forks only pretend a
 * lower block number to the bomb (EIP-649, 1234, 2384, 3554, 4345, 5133).
 */
public final class EthashDifficulty {
  private static final BigInteger MINIMUM = BigInteger.valueOf(131_072);
  private static final int BOUND_DIVISOR_SHIFT = 11;
  private static final long FRONTIER_DURATION_SECONDS = 13;
  private static final long BOMB_PERIOD_BLOCKS = 100_000;

  private static final List<BombDelay> BOMB_DELAYS =
      List.of(
          new BombDelay(Fork.GRAY_GLACIER, 11_400_000),
          new BombDelay(Fork.ARROW_GLACIER, 10_700_000),
          new BombDelay(Fork.LONDON, 9_700_000),
          new BombDelay(Fork.MUIR_GLACIER, 9_000_000),
          new BombDelay(Fork.CONSTANTINOPLE, 5_000_000),
          new BombDelay(Fork.BYZANTIUM, 3_000_000));

  private EthashDifficulty() {}

  /**
   * Returns the difficulty of the block after {@code parent}.
   *
   * @throws InvalidBlockException if it would need more than 256 bits
   */
  public static UInt256 next(ChainConfig config, BlockHeader parent, long timestampSeconds) {
    long number = parent.number() + 1;
    return next(
        config.forkAt(number, timestampSeconds, false),
        bombDelayBlocks(config, number),
        number,
        timestampSeconds,
        parent.timestamp(),
        parent.difficulty(),
        !parent.ommersHash().equals(EmptyHashes.OMMERS));
  }

  static UInt256 next(
      Fork fork,
      long bombDelayBlocks,
      long number,
      long timestampSeconds,
      long parentTimestampSeconds,
      UInt256 parentDifficulty,
      boolean parentHasOmmers) {
    long elapsedSeconds = timestampSeconds - parentTimestampSeconds;
    long factor;
    if (fork.isAtLeast(Fork.BYZANTIUM)) {
      factor = Math.max(-99, (parentHasOmmers ? 2 : 1) - Math.floorDiv(elapsedSeconds, 9));
    } else if (fork.isAtLeast(Fork.HOMESTEAD)) {
      factor = Math.max(-99, 1 - Math.floorDiv(elapsedSeconds, 10));
    } else {
      factor = elapsedSeconds < FRONTIER_DURATION_SECONDS ? 1 : -1;
    }
    BigInteger parent = parentDifficulty.toUnsignedBigInteger();
    BigInteger difficulty =
        parent
            .add(parent.shiftRight(BOUND_DIVISOR_SHIFT).multiply(BigInteger.valueOf(factor)))
            .max(MINIMUM);
    long periods = Math.max(0, number - bombDelayBlocks) / BOMB_PERIOD_BLOCKS;
    if (periods > 1) {
      difficulty = difficulty.add(BigInteger.ONE.shiftLeft((int) Math.min(periods - 2, 257)));
    }
    if (difficulty.bitLength() > 256) {
      throw new InvalidBlockException("difficulty exceeds 256 bits");
    }
    return UInt256.valueOf(difficulty);
  }

  /**
   * A fork that moves the bomb may be left out while later ones are in force: ask each by itself.
   */
  private static long bombDelayBlocks(ChainConfig config, long number) {
    for (BombDelay delay : BOMB_DELAYS) {
      Optional<Long> activation = config.forkBlock(delay.fork);
      if (activation.isPresent() && number >= activation.get()) {
        return delay.blocks;
      }
    }
    return 0;
  }

  /** Returns the delay where all forks up to {@code fork} are in force. */
  static long bombDelayBlocks(Fork fork) {
    return BOMB_DELAYS.stream()
        .filter(delay -> fork.isAtLeast(delay.fork))
        .findFirst()
        .map(BombDelay::blocks)
        .orElse(0L);
  }

  private record BombDelay(Fork fork, long blocks) {}
}
