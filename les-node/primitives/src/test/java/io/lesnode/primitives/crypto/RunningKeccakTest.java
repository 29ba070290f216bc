package io.lesnode.primitives.crypto;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.bouncycastle.crypto.digests.KeccakDigest;
import org.junit.jupiter.api.Test;

class RunningKeccakTest {

  /** Every digest on the way equals that of Bouncy Castle over all that was absorbed. */
  @Test
  void digestsOnTheWayAreThoseOfThePrefix() {
    Random random = new Random(142);
    byte[] input = new byte[5000];
    random.nextBytes(input);
    for (int round = 0; round < 50; round++) {
      RunningKeccak running = new RunningKeccak();
      int length = 0;
      while (length < input.length) {
        int next = Math.min(input.length - length, random.nextInt(round % 2 == 0 ? 40 : 400));
        running.absorb(input, length, next);
        length += next;
        byte[] digest = new byte[40];
        running.digest(digest, 4);
        assertThat(Arrays.copyOfRange(digest, 4, 36)).isEqualTo(expected(input, length));
      }
    }
  }

  private static byte[] expected(byte[] input, int length) {
    byte[] digest = new byte[32];
    KeccakDigest reference = new KeccakDigest(256);
    reference.update(input, 0, length);
    reference.doFinal(digest, 0);
    return digest;
  }
}
