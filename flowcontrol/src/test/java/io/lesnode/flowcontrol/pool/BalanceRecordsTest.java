package io.lesnode.flowcontrol.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/** Stored bytes that cannot be read stop the start, and say which record it is. */
class BalanceRecordsTest {

  private static final String KEY = "00026e623a31302e302e302e31"; // nb:10.0.0.1
  private static final String VALUE = "c684031e69e880";

  private static void open(String key, String value) {
    Map<byte[], byte[]> records = new TreeMap<>(Arrays::compareUnsigned);
    records.put(HexFormat.of().parseHex(key), HexFormat.of().parseHex(value));
    new ClientPool(PoolSettings.of(1), records.entrySet().iterator(), 0);
  }

  private static void assertRefused(String key, String value, String words) {
    assertThatThrownBy(() -> open(key, value))
        .isInstanceOf(BalanceStoreException.class)
        .hasMessageContaining(key)
        .hasMessageContaining(words)
        .hasMessageContaining("move");
  }

  @Test
  void readsWhatGethWrote() {
    open(KEY, VALUE);
    open("000265787069726174696f6e3a", "0000000000066dac00000000002794ce");
  }

  @Test
  void namesWhatItCannotRead() {
    assertRefused("0003" + KEY.substring(4), VALUE, "newer");
    assertRefused("0001" + KEY.substring(4), VALUE, "old");
    assertRefused("00026e633a31", VALUE, "no such kind");
    assertRefused("000270623a0102", VALUE, "32 bytes");
    assertRefused("000265787069726174696f6e3a", "00", "16 bytes");
    assertRefused("00", VALUE, "too short");
  }

  @Test
  void valuesAreTwoIntegersInTheirShortestForm() {
    for (String value :
        new String[] {
          "",
          "c0",
          "80",
          "c28080ff",
          "c3808080",
          "c180",
          "c584001e69e880",
          "c3810180",
          "c2018100",
          "c784031e69e88080",
          "ca89010203040506070809",
          "c20001",
          "c883ffff80",
          "f800"
        }) {
      assertRefused(KEY, value, "10.0.0.1");
    }
  }

  @Property(tries = 300)
  void noDamagedValueIsReadAsAnother(@ForAll long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    byte[] value =
        BalanceRecords.value(
            new ExpiredValue(
                random.nextLong() >>> random.nextInt(64),
                random.nextLong() >>> random.nextInt(64)));
    byte[] damaged = value.clone();
    if (random.nextBoolean()) {
      damaged[random.nextInt(damaged.length)] ^= (byte) (1 << random.nextInt(8));
    } else {
      damaged = Arrays.copyOf(value, random.nextInt(value.length));
    }
    ExpiredValue[] read = new ExpiredValue[1];
    try {
      BalanceRecords.read(HexFormat.of().parseHex(KEY), damaged, taking(read));
    } catch (BalanceStoreException refused) {
      return;
    }
    assertThat(BalanceRecords.value(read[0])).isEqualTo(damaged);
  }

  private static BalanceRecords.Reader taking(ExpiredValue[] read) {
    return new BalanceRecords.Reader() {
      @Override
      public void positive(ClientId id, ExpiredValue value) {
        throw new AssertionError("not positive");
      }

      @Override
      public void negative(String freeClientId, ExpiredValue value) {
        read[0] = value;
      }

      @Override
      public void expiration(long positiveLogOffset, long negativeLogOffset) {
        throw new AssertionError("no offsets");
      }
    };
  }
}
