package io.lesnode.chain.consensus;

import io.lesnode.primitives.crypto.Keccak;
import org.apache.tuweni.bytes.Bytes32;

/**
 * The sizes and the seed of one ethash epoch (30,000 blocks). A value.
 *
 * <p>Reference: yellow paper, appendix J.1–J.2.
 *
 * @param index the epoch, block number / 30,000
 */
record EthashEpoch(int index) {
  static final long LENGTH_BLOCKS = 30_000;

  /**
   * The highest epoch that is verified at all: block 61,439,999, about the year 2050 at thirteen
   * seconds per block. Every cache beyond costs more than 280 MB, which only a hostile header asks
   * for.
   */
  static final int MAX_INDEX = 2047;

  private static final long DATASET_INITIAL_BYTES = 1L << 30;
  private static final long DATASET_GROWTH_BYTES = 1L << 23;
  private static final long CACHE_INITIAL_BYTES = 1L << 24;
  private static final long CACHE_GROWTH_BYTES = 1L << 17;
  private static final int MIX_BYTES = 128;
  private static final int HASH_BYTES = 64;

  EthashEpoch {
    if (index < 0 || index > MAX_INDEX) {
      throw new IllegalArgumentException("ethash epoch out of range: " + index);
    }
  }

  /**
   * Returns the epoch of a block.
   *
   * @throws InvalidBlockException if the number lies beyond {@link #MAX_INDEX}
   */
  static EthashEpoch ofBlock(long number) {
    long index = Long.divideUnsigned(number, LENGTH_BLOCKS);
    if (index > MAX_INDEX) {
      throw new InvalidBlockException(
          "block number too high; max " + (MAX_INDEX + 1) * LENGTH_BLOCKS);
    }
    return new EthashEpoch((int) index);
  }

  /** Returns the size of the full dataset in bytes. */
  long datasetBytes() {
    return largestPrimeMultiple(
        DATASET_INITIAL_BYTES + DATASET_GROWTH_BYTES * index - MIX_BYTES, MIX_BYTES);
  }

  /** Returns the size of the verification cache in bytes. */
  long cacheBytes() {
    return largestPrimeMultiple(
        CACHE_INITIAL_BYTES + CACHE_GROWTH_BYTES * index - HASH_BYTES, HASH_BYTES);
  }

  /** Returns the seed of the cache: {@code index} times keccak-256 of 32 zero bytes. */
  Bytes32 seed() {
    Bytes32 seed = Bytes32.ZERO;
    for (int i = 0; i < index; i++) {
      seed = Keccak.keccak256(seed);
    }
    return seed;
  }

  private static long largestPrimeMultiple(long startBytes, int unitBytes) {
    long sizeBytes = startBytes;
    while (!isPrime(sizeBytes / unitBytes)) {
      sizeBytes -= 2L * unitBytes;
    }
    return sizeBytes;
  }

  private static boolean isPrime(long candidate) {
    if (candidate < 2 || candidate % 2 == 0) {
      return candidate == 2;
    }
    for (long divisor = 3; divisor * divisor <= candidate; divisor += 2) {
      if (candidate % divisor == 0) {
        return false;
      }
    }
    return true;
  }
}
