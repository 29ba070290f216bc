package io.lesnode.primitives.crypto;

import static org.assertj.core.api.Assertions.assertThat;

import io.lesnode.primitives.EmptyHashes;
import java.util.Random;
import org.apache.tuweni.bytes.Bytes;
import org.bouncycastle.crypto.digests.KeccakDigest;
import org.junit.jupiter.api.Test;

class KeccakTest {
  @Test
  void theHashOfNothingIsTheWellKnownOne() {
    assertThat(Keccak.keccak256(Bytes.EMPTY)).isEqualTo(EmptyHashes.CODE);
    assertThat(Keccak.keccak256(Bytes.of(0x80))).isEqualTo(EmptyHashes.TRIE_ROOT);
    assertThat(Keccak.keccak256(Bytes.of(0xc0))).isEqualTo(EmptyHashes.OMMERS);
  }

  @Test
  void everyLengthAroundTheBlockSizesEqualsBouncyCastle() {
    Random random = new Random(20_261_121);
    for (int length = 0; length < 700; length++) {
      byte[] input = new byte[length];
      random.nextBytes(input);
      assertThat(Keccak.keccak256(input).toArrayUnsafe()).isEqualTo(bouncyCastle(input, 256));
      assertThat(Keccak.keccak512(input)).isEqualTo(bouncyCastle(input, 512));
    }
  }

  @Test
  void aSliceIsHashedAsItsCopy() {
    byte[] input = new byte[400];
    new Random(3).nextBytes(input);
    assertThat(Keccak.keccak256(input, 7, 300))
        .isEqualTo(Keccak.keccak256(Bytes.wrap(input, 7, 300)));
  }

  private static byte[] bouncyCastle(byte[] input, int bits) {
    byte[] output = new byte[bits / 8];
    KeccakDigest digest = new KeccakDigest(bits);
    digest.update(input, 0, input.length);
    digest.doFinal(output, 0);
    return output;
  }
}
