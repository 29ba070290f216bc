package io.lesnode.chain.consensus;

import io.lesnode.primitives.crypto.KeccakPermutation;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;

/**
 * The verification cache of one ethash epoch (16 MB for epoch 0) and the light evaluation of
 * hashimoto over it. Immutable once generated; safe for any number of threads.
 *
 * <p>Reference: yellow paper, appendix J.3–J.4; geth consensus/ethash/algorithm.go.
 */
final class EthashCache {
  /**
   * What hashimoto yields: the digest that a header carries and the value compared to the target.
   */
  record Result(Bytes32 mixHash, Bytes32 powHash) {}

  private static final int HASH_WORDS = 16;
  private static final int MIX_WORDS = 32;
  private static final int CACHE_ROUNDS = 3;
  private static final int DATASET_PARENTS = 256;
  private static final int ACCESSES = 64;
  private static final int FNV_PRIME = 0x01000193;

  /** Lanes of the sponge state. */
  private static final int LANES = 25;

  /** The last bit of the padding, in the top byte of the last lane of the rate. */
  private static final long PAD_END = 0x8000000000000000L;

  /** Lanes of the rate of keccak-512 (72 bytes) and of keccak-256 (136 bytes). */
  private static final int RATE_512 = 9;

  private static final int RATE_256 = 17;

  private final int[] words;
  private final int rows;
  private final long datasetBytes;

  private EthashCache(int[] words, long datasetBytes) {
    this.words = words;
    this.rows = words.length / HASH_WORDS;
    this.datasetBytes = datasetBytes;
  }

  /** Generates the cache of an epoch; takes about half a second for epoch 0 and grows with it. */
  static EthashCache generate(EthashEpoch epoch) {
    return generate(epoch.seed(), epoch.cacheBytes(), epoch.datasetBytes());
  }

  static EthashCache generate(Bytes32 seed, long cacheBytes, long datasetBytes) {
    int[] cache = new int[Math.toIntExact(cacheBytes / Integer.BYTES)];
    int rows = cache.length / HASH_WORDS;
    long[] state = new long[LANES];
    for (int lane = 0; lane < 4; lane++) {
      state[lane] = seed.slice(lane * Long.BYTES, Long.BYTES).toLong(ByteOrder.LITTLE_ENDIAN);
    }
    state[4] = 1;
    state[RATE_512 - 1] = PAD_END;
    KeccakPermutation.permute(state);
    store(state, cache, 0);
    for (int row = 1; row < rows; row++) {
      hashRow(state);
      store(state, cache, row * HASH_WORDS);
    }
    // three rounds of Lerner's RandMemoHash
    for (int round = 0; round < CACHE_ROUNDS; round++) {
      for (int row = 0; row < rows; row++) {
        int previous = (row == 0 ? rows - 1 : row - 1) * HASH_WORDS;
        int random = Integer.remainderUnsigned(cache[row * HASH_WORDS], rows) * HASH_WORDS;
        for (int lane = 0; lane < 8; lane++) {
          state[lane] =
              lane(cache[previous + 2 * lane], cache[previous + 2 * lane + 1])
                  ^ lane(cache[random + 2 * lane], cache[random + 2 * lane + 1]);
        }
        hashRow(state);
        store(state, cache, row * HASH_WORDS);
      }
    }
    return new EthashCache(cache, datasetBytes);
  }

  /** Evaluates hashimoto for a seal hash and a nonce; about half a millisecond. */
  Result hashimoto(Bytes32 sealHash, long nonce) {
    long[] state = new long[LANES];
    for (int lane = 0; lane < 4; lane++) {
      state[lane] = sealHash.slice(lane * Long.BYTES, Long.BYTES).toLong(ByteOrder.LITTLE_ENDIAN);
    }
    state[4] = nonce;
    state[5] = 1;
    state[RATE_512 - 1] ^= PAD_END;
    KeccakPermutation.permute(state);
    long[] seed = new long[8];
    System.arraycopy(state, 0, seed, 0, 8);
    int seedHead = (int) seed[0];

    int[] mix = new int[MIX_WORDS];
    for (int i = 0; i < MIX_WORDS; i++) {
      long lane = seed[(i % HASH_WORDS) / 2];
      mix[i] = (int) ((i & 1) == 0 ? lane : lane >>> 32);
    }
    int pages = (int) (datasetBytes / (MIX_WORDS * Integer.BYTES));
    int[] low = new int[HASH_WORDS];
    int[] high = new int[HASH_WORDS];
    for (int access = 0; access < ACCESSES; access++) {
      int page =
          Integer.remainderUnsigned(
              (access ^ seedHead) * FNV_PRIME ^ mix[access % MIX_WORDS], pages);
      datasetItems(page * 2, low, high, state);
      for (int i = 0; i < HASH_WORDS; i++) {
        mix[i] = mix[i] * FNV_PRIME ^ low[i];
        mix[HASH_WORDS + i] = mix[HASH_WORDS + i] * FNV_PRIME ^ high[i];
      }
    }
    return compressed(seed, mix, state);
  }

  private static Result compressed(long[] seed, int[] mix, long[] state) {
    int[] digest = new int[MIX_WORDS / 4];
    for (int i = 0; i < MIX_WORDS; i += 4) {
      int fnv = mix[i] * FNV_PRIME ^ mix[i + 1];
      fnv = fnv * FNV_PRIME ^ mix[i + 2];
      digest[i / 4] = fnv * FNV_PRIME ^ mix[i + 3];
    }
    Arrays.fill(state, 0);
    System.arraycopy(seed, 0, state, 0, 8);
    byte[] mixHash = new byte[Bytes32.SIZE];
    for (int i = 0; i < 4; i++) {
      state[8 + i] = lane(digest[2 * i], digest[2 * i + 1]);
      storeLittleEndian(state[8 + i], mixHash, i * Long.BYTES);
    }
    state[12] = 1;
    state[RATE_256 - 1] = PAD_END;
    KeccakPermutation.permute(state);
    byte[] powHash = new byte[Bytes32.SIZE];
    for (int i = 0; i < 4; i++) {
      storeLittleEndian(state[i], powHash, i * Long.BYTES);
    }
    return new Result(Bytes32.wrap(mixHash), Bytes32.wrap(powHash));
  }

  /**
   * Computes two neighbouring 64-byte items of the dataset, each from 256 rows of the cache. Every
   * row depends on the one before it, so one item alone would wait for memory most of the time; two
   * side by side wait together.
   */
  private void datasetItems(int index, int[] low, int[] high, long[] state) {
    beginItem(index, low, state);
    beginItem(index + 1, high, state);
    int[] cache = words;
    for (int i = 0; i < DATASET_PARENTS; i++) {
      int lowParent = parentRow(index, i, low);
      int highParent = parentRow(index + 1, i, high);
      for (int word = 0; word < HASH_WORDS; word++) {
        low[word] = low[word] * FNV_PRIME ^ cache[lowParent + word];
      }
      for (int word = 0; word < HASH_WORDS; word++) {
        high[word] = high[word] * FNV_PRIME ^ cache[highParent + word];
      }
    }
    endItem(low, state);
    endItem(high, state);
  }

  private int parentRow(int index, int i, int[] mix) {
    return Integer.remainderUnsigned((index ^ i) * FNV_PRIME ^ mix[i % HASH_WORDS], rows)
        * HASH_WORDS;
  }

  private void beginItem(int index, int[] mix, long[] state) {
    int first = Integer.remainderUnsigned(index, rows) * HASH_WORDS;
    state[0] = lane(words[first] ^ index, words[first + 1]);
    for (int lane = 1; lane < 8; lane++) {
      state[lane] = lane(words[first + 2 * lane], words[first + 2 * lane + 1]);
    }
    hashRow(state);
    store(state, mix, 0);
  }

  private static void endItem(int[] mix, long[] state) {
    for (int lane = 0; lane < 8; lane++) {
      state[lane] = lane(mix[2 * lane], mix[2 * lane + 1]);
    }
    hashRow(state);
    store(state, mix, 0);
  }

  /** Replaces the first eight lanes by their keccak-512. */
  private static void hashRow(long[] state) {
    for (int lane = RATE_512; lane < LANES; lane++) {
      state[lane] = 0;
    }
    state[RATE_512 - 1] = PAD_END | 1;
    KeccakPermutation.permute(state);
  }

  private static long lane(int low, int high) {
    return (low & 0xFFFFFFFFL) | ((long) high << 32);
  }

  private static void store(long[] state, int[] target, int offset) {
    for (int lane = 0; lane < 8; lane++) {
      target[offset + 2 * lane] = (int) state[lane];
      target[offset + 2 * lane + 1] = (int) (state[lane] >>> 32);
    }
  }

  private static void storeLittleEndian(long lane, byte[] target, int offset) {
    for (int i = 0; i < Long.BYTES; i++) {
      target[offset + i] = (byte) (lane >>> (8 * i));
    }
  }

  /** Returns the cache as bytes, for tests against published values. */
  Bytes bytes() {
    byte[] bytes = new byte[words.length * Integer.BYTES];
    for (int i = 0; i < words.length; i += 2) {
      storeLittleEndian(lane(words[i], words[i + 1]), bytes, i * Integer.BYTES);
    }
    return Bytes.wrap(bytes);
  }
}
