package io.lesnode.chain.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.lesnode.primitives.crypto.Keccak;
import java.util.SplittableRandom;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.junit.jupiter.api.Test;

class BlockCacheTest {

  private static final long BOUND = 100_000;

  private final BlockCache cache = new BlockCache(256, BOUND);

  @Test
  void keepsWhatWasPutLast() {
    for (int i = 0; i < 50; i++) {
      cache.put(hash(i), i, value(i, 100), 0);
      BlockCache.Entry kept = cache.get(hash(i), 9);
      assertThat(kept).isNotNull();
      assertThat(kept.number()).isEqualTo(i);
      assertThat(kept.value()).isEqualTo(value(i, 100));
    }
    assertThat(cache.get(hash(50), 9)).isNull();
  }

  @Test
  void neverHoldsMoreThanItsBoundAndCountsRightly() {
    SplittableRandom random = new SplittableRandom(7);
    for (int i = 0; i < 20_000; i++) {
      cache.put(hash(random.nextInt(2_000)), i, value(i, 1 + random.nextInt(1_400)), 0);
      assertThat(cache.heldBytes()).isBetween(1L, BOUND);
    }
    assertThat(cache.heldBytes()).isGreaterThan(BOUND / 2);
    long counted = 0;
    for (int i = 0; i < 2_000; i++) {
      BlockCache.Entry kept = cache.get(hash(i), 9);
      counted += kept == null ? 0 : 160 + kept.value().size();
    }
    assertThat(counted).isEqualTo(cache.heldBytes());
  }

  @Test
  void whatWasReadLaterIsNotSeenEarlier() {
    cache.put(hash(1), 1, value(1, 100), 5);
    assertThat(cache.get(hash(1), 4)).isNull();
    assertThat(cache.get(hash(1), 5)).isNotNull();
  }

  @Test
  void oneLargeValueDoesNotPushOutTheOthers() {
    cache.put(hash(1), 1, value(1, 100), 0);
    cache.put(hash(2), 2, value(2, (int) BOUND / 2), 0);
    assertThat(cache.get(hash(1), 9)).isNotNull();
    assertThat(cache.get(hash(2), 9)).isNull();
  }

  private static Bytes32 hash(int i) {
    return Keccak.keccak256(Bytes.ofUnsignedInt(i));
  }

  private static Bytes value(int i, int size) {
    return Bytes.repeat((byte) i, size);
  }
}
