package io.lesnode.chain.consensus;

import io.lesnode.primitives.BlockHeader;
import io.lesnode.primitives.crypto.Keccak;
import java.math.BigInteger;
import org.apache.tuweni.bytes.Bytes32;

/**
 * The proof of work of a header: what is sealed, whether a seal holds, and the search for one. Safe
 * for any number of threads.
 *
 * <p>Reference: geth consensus/ethash/consensus.go (verifySeal, SealHash).
 */
public final class EthashSeal {
  private static final BigInteger TWO_256 = BigInteger.ONE.shiftLeft(256);

  private final EthashCaches caches = new EthashCaches();

  /** Creates a verifier that holds at most two epoch caches (16 MB each in epoch 0). */
  public EthashSeal() {}

  /** Returns the hash that a miner works on: the header without mix hash and nonce. */
  public static Bytes32 sealHash(BlockHeader header) {
    return Keccak.keccak256(header.encodedWithoutSeal());
  }

  /**
   * Verifies mix hash and nonce of a header.
   *
   * @throws InvalidBlockException in geth's words if the difficulty is zero, the mix hash is not
   *     the one computed, or the work is below the difficulty
   */
  public void verify(BlockHeader header) {
    if (header.difficulty().isZero()) {
      throw new InvalidBlockException("non-positive difficulty");
    }
    EthashCache.Result result =
        caches.cacheOfBlock(header.number()).hashimoto(sealHash(header), header.nonce());
    if (!result.mixHash().equals(header.mixHash())) {
      throw new InvalidBlockException("invalid mix digest");
    }
    if (exceeds(result.powHash(), target(header))) {
      throw new InvalidBlockException("invalid proof-of-work");
    }
  }

  /**
   * Searches a seal with the light cache: some two thousand attempts per second, so only for tiny
   * difficulties.
   *
   * @param firstNonce where the search begins
   * @return the header with mix hash and nonce set
   */
  public BlockHeader mine(BlockHeader header, long firstNonce) {
    EthashCache cache = caches.cacheOfBlock(header.number());
    Bytes32 sealHash = sealHash(header);
    BigInteger target = target(header);
    for (long nonce = firstNonce; ; nonce++) {
      EthashCache.Result result = cache.hashimoto(sealHash, nonce);
      if (!exceeds(result.powHash(), target)) {
        return header.toBuilder().mixHash(result.mixHash()).nonce(nonce).build();
      }
    }
  }

  private static BigInteger target(BlockHeader header) {
    return TWO_256.divide(header.difficulty().toUnsignedBigInteger());
  }

  private static boolean exceeds(Bytes32 powHash, BigInteger target) {
    return powHash.toUnsignedBigInteger().compareTo(target) > 0;
  }
}
