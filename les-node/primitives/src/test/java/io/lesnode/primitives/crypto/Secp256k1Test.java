package io.lesnode.primitives.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;
import org.junit.jupiter.api.Test;

class Secp256k1Test {
  private final Secp256k1 java = Secp256k1.pureJava();
  private final Secp256k1 chosen = Secp256k1.instance();

  @Test
  void bothImplementationsGiveTheSameBytes() {
    Random random = new Random(256);
    for (int i = 0; i < 50; i++) {
      Bytes32 secret = Bytes32.random(random);
      Bytes32 digest = Bytes32.random(random);
      Bytes publicKey = chosen.publicKey(secret);
      assertThat(java.publicKey(secret)).isEqualTo(publicKey);
      Signature signature = chosen.sign(digest, secret, publicKey);
      assertThat(java.sign(digest, secret, publicKey)).isEqualTo(signature);
      for (Secp256k1 each : new Secp256k1[] {java, chosen}) {
        assertThat(each.recover(digest, signature)).contains(publicKey);
        assertThat(each.verify(digest, signature.toBytes64(), publicKey)).isTrue();
        assertThat(each.verify(Bytes32.random(random), signature.toBytes64(), publicKey)).isFalse();
      }
      Bytes other = chosen.publicKey(digest);
      assertThat(java.ecdh(secret, other))
          .isEqualTo(chosen.ecdh(secret, other))
          .isEqualTo(chosen.ecdh(digest, publicKey));
      assertThat(Secp256k1.decompress(Secp256k1.compress(publicKey))).isEqualTo(publicKey);
    }
  }

  @Test
  void hostileInputIsRefusedByBoth() {
    Bytes32 digest = Bytes32.repeat((byte) 1);
    UInt256 order = UInt256.valueOf(Secp256k1.ORDER);
    for (Secp256k1 each : new Secp256k1[] {java, chosen}) {
      for (UInt256 bad : new UInt256[] {UInt256.ZERO, order, UInt256.MAX_VALUE}) {
        assertThat(each.recover(digest, new Signature(bad, UInt256.ONE, 0))).isEmpty();
        assertThat(each.recover(digest, new Signature(UInt256.ONE, bad, 1))).isEmpty();
      }
      assertThatThrownBy(() -> each.publicKey(Bytes32.ZERO))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> each.ecdh(digest, Bytes.repeat((byte) 1, 64)))
          .isInstanceOf(IllegalArgumentException.class);
      assertThat(each.verify(digest, Bytes.repeat((byte) 1, 64), Bytes.repeat((byte) 1, 64)))
          .isFalse();
    }
  }

  @Test
  void highSIsRecoveredButNotVerified() {
    KeyPair key = KeyPair.ofSecret(Bytes32.repeat((byte) 5));
    Bytes32 digest = Bytes32.repeat((byte) 6);
    Signature low = key.sign(digest);
    Signature high =
        new Signature(
            low.r(),
            UInt256.valueOf(Secp256k1.ORDER.subtract(low.s().toUnsignedBigInteger())),
            1 - low.yParity());
    for (Secp256k1 each : new Secp256k1[] {java, chosen}) {
      assertThat(each.recover(digest, high)).contains(key.publicKey());
      assertThat(each.verify(digest, high.toBytes64(), key.publicKey())).isFalse();
    }
  }
}
