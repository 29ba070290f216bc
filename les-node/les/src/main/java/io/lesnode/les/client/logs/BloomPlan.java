package io.lesnode.les.client.logs;

import io.lesnode.primitives.Address;
import io.lesnode.primitives.LogsBloom;
import io.lesnode.primitives.crypto.Keccak;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;

/**
 * A query as a formula over bloom bits: of every group one item, of every item all three bits (geth
 * core/bloombits/matcher.go). Says where matching logs may be; never misses one. Immutable.
 */
public final class BloomPlan {
  private static final int BITS_PER_ITEM = 3;

  /** Per group its items, per item its three bits. */
  private final List<List<int[]>> groups;

  private final int[] bits;

  private BloomPlan(List<List<int[]>> groups) {
    this.groups = groups;
    this.bits =
        groups.stream()
            .flatMap(List::stream)
            .flatMapToInt(IntStream::of)
            .distinct()
            .sorted()
            .toArray();
  }

  /** The formula of a query. */
  public static BloomPlan of(LogQuery query) {
    List<List<int[]>> groups = new ArrayList<>();
    if (!query.addresses().isEmpty()) {
      groups.add(query.addresses().stream().map(Address::bytes).map(BloomPlan::bitsOf).toList());
    }
    for (List<Bytes32> position : query.topics()) {
      if (!position.isEmpty()) {
        groups.add(position.stream().map(BloomPlan::bitsOf).toList());
      }
    }
    return new BloomPlan(List.copyOf(groups));
  }

  /** The bits that an item sets; bit 0 is the lowest of the last byte of a bloom. */
  private static int[] bitsOf(Bytes item) {
    Bytes32 hash = Keccak.keccak256(item);
    int[] bits = new int[BITS_PER_ITEM];
    for (int i = 0; i < BITS_PER_ITEM; i++) {
      bits[i] = ((hash.get(2 * i) & 0xff) << 8 | (hash.get(2 * i + 1) & 0xff)) & 0x7ff;
    }
    return bits;
  }

  /** Whether every block may match: the query has neither address nor topic. */
  public boolean isUnrestricted() {
    return groups.isEmpty();
  }

  /** All bits that occur, ascending. */
  public int[] bits() {
    return bits.clone();
  }

  /**
   * Whether a block with this bloom may have a matching log.
   *
   * @param bloom its 256 bytes
   */
  public boolean mayMatch(Bytes bloom) {
    for (List<int[]> items : groups) {
      if (!anyIn(bloom, items)) {
        return false;
      }
    }
    return !bloom.isZero();
  }

  private static boolean anyIn(Bytes bloom, List<int[]> items) {
    for (int[] item : items) {
      if (isSet(bloom, item[0]) && isSet(bloom, item[1]) && isSet(bloom, item[2])) {
        return true;
      }
    }
    return false;
  }

  private static boolean isSet(Bytes bloom, int bit) {
    return (bloom.get(LogsBloom.SIZE_BYTES - 1 - bit / 8) & 1 << bit % 8) != 0;
  }

  /**
   * The blocks of a section that may match.
   *
   * @param vectors for each of {@link #bits} which blocks have it, block 0 being the highest bit of
   *     the first byte
   * @param sectionBytes the length of a vector
   * @return offsets in the section, ascending
   */
  public int[] candidates(IntFunction<Bytes> vectors, int sectionBytes) {
    byte[] all = new byte[sectionBytes];
    Arrays.fill(all, (byte) 0xff);
    for (List<int[]> items : groups) {
      byte[] any = new byte[sectionBytes];
      for (int[] item : items) {
        Bytes first = vectors.apply(item[0]);
        Bytes second = vectors.apply(item[1]);
        Bytes third = vectors.apply(item[2]);
        for (int i = 0; i < sectionBytes; i++) {
          any[i] |= (byte) (first.get(i) & second.get(i) & third.get(i));
        }
      }
      for (int i = 0; i < sectionBytes; i++) {
        all[i] &= any[i];
      }
    }
    return IntStream.range(0, 8 * sectionBytes)
        .filter(i -> (all[i / 8] & 0x80 >> i % 8) != 0)
        .toArray();
  }
}
