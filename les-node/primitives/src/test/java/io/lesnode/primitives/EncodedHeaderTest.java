package io.lesnode.primitives;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** Headers of real chains are read in {@link ChainFilesTest}; here are their bounds. */
class EncodedHeaderTest {

  @Test
  void numbersOfEverySizeBehindDifficultiesOfEverySize() {
    for (int bits = 0; bits < 63; bits++) {
      for (int difficultyBits = 0; difficultyBits < 255; difficultyBits += 7) {
        BlockHeader header =
            new BlockHeader.Builder()
                .number((1L << bits) - 1)
                .difficulty(UInt256.ONE.shiftLeft(difficultyBits))
                .stateRoot(Bytes32.repeat((byte) 7))
                .build();
        assertThat(EncodedHeader.number(header.encoded())).isEqualTo(header.number());
        assertThat(EncodedHeader.stateRoot(header.encoded())).isEqualTo(header.stateRoot());
      }
    }
  }

  @Test
  void aHeaderThatIsCutIsRefused() {
    Bytes whole =
        new BlockHeader.Builder()
            .number(70_000)
            .difficulty(UInt256.valueOf(70_000))
            .build()
            .encoded();
    // A list header of 3 bytes, then 33 for a hash, 21 for an address, 259 for the bloom filter and
    // 4 each for difficulty and number.
    int behindParentHash = 3 + 33;
    int behindReceiptsRoot = 3 + 2 * 33 + 21 + 3 * 33;
    int behindNumber = behindReceiptsRoot + 259 + 4 + 4;
    for (int size = 0; size < whole.size(); size++) {
      Bytes cut = whole.slice(0, size);
      if (size < behindParentHash) {
        assertRefused(() -> EncodedHeader.parentHash(cut));
      }
      if (size < behindReceiptsRoot) {
        assertRefused(() -> EncodedHeader.receiptsRoot(cut));
      }
      if (size < behindNumber) {
        assertRefused(() -> EncodedHeader.number(cut));
      } else {
        assertThat(EncodedHeader.number(cut)).isEqualTo(70_000);
      }
    }
  }

  @Test
  void whatIsNoHeaderIsRefused() {
    assertRefused(() -> EncodedHeader.parentHash(Bytes.EMPTY));
    assertRefused(() -> EncodedHeader.parentHash(Bytes.repeat((byte) 0x80, 600)));
    assertRefused(() -> EncodedHeader.stateRoot(Bytes.repeat((byte) 0xf9, 600)));
    assertRefused(() -> EncodedHeader.number(Bytes.repeat((byte) 0xff, 600)));
  }

  private static void assertRefused(ThrowingCallable reading) {
    assertThatThrownBy(reading).isInstanceOf(IllegalArgumentException.class);
  }
}
