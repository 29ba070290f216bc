package io.lesnode.evm.precompile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lesnode.primitives.Address;
import io.lesnode.primitives.config.Fork;
import io.lesnode.primitives.crypto.KeyPair;
import io.lesnode.primitives.crypto.Signature;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.junit.jupiter.api.Test;

/** The precompiles on the examples of their EIPs, and on laws of their mathematics. */
class PrecompilesTest {
  private static final String G1 = word(1) + word(2);
  private static final String MINUS_G1 =
      word(1) + "30644e72e131a029b85045b68181585d97816a916871ca8d3c208c16d87cfd45";

  /** The generator of EIP-197, imaginary parts first. */
  private static final String G2 =
      "198e9393920d483a7260bfb731fb5d25f1aa493335a9e71297e485b7aef312c2"
          + "1800deef121f1e76426a00665e5c4479674322d4f75edadd46debd5cd992f6ed"
          + "090689d0585ff075ec9e99ad690c3395bc4b313370b38ef355acdadcd122975b"
          + "12c85ea5db8c6deb4aab71808dcb408fe3d1e7690c43d37b4ce6cc0166fa7daa";

  private static final String BLAKE2F_STATE =
      "48c9bdf267e6096a3ba7ca8485ae67bb2bf894fe72f36e3cf1361d5f3af54fa5"
          + "d182e6ad7f520e511f6c3e2b8c68059b6bbd41fbabd9831f79217e1319cde05b"
          + "6162630000000000000000000000000000000000000000000000000000000000"
          + "00".repeat(96)
          + "0300000000000000"
          + "0000000000000000";

  @Test
  void forksHaveTheirPrecompiles() {
    assertThat(Precompiles.of(Fork.FRONTIER).addresses()).hasSize(4);
    assertThat(Precompiles.of(Fork.BYZANTIUM).addresses()).hasSize(8);
    assertThat(Precompiles.of(Fork.ISTANBUL).addresses()).hasSize(9);
    assertThat(Precompiles.of(Fork.CANCUN).addresses()).hasSize(10);
    assertThat(Precompiles.of(Fork.CANCUN).at(Address.ZERO)).isNull();
    assertThat(
            Precompiles.of(Fork.CANCUN)
                .at(Address.fromHex("0x0100000000000000000000000000000000000001")))
        .isNull();
  }

  @Test
  void ecRecoverFindsTheSigner() throws PrecompileException {
    KeyPair key = KeyPair.ofSecret(Bytes32.leftPad(Bytes.of(7)));
    Bytes32 digest = Bytes32.fromHexString("0x" + "ab".repeat(32));
    Signature signature = key.sign(digest);
    Bytes input =
        Bytes.concatenate(
            digest, Bytes32.leftPad(Bytes.of(27 + signature.yParity())), signature.toBytes64());

    assertThat(run(1, input.toHexString()).slice(12)).isEqualTo(key.address().bytes());
    assertThat(run(1, input.slice(0, 127).toHexString()).slice(12))
        .as("a byte less reads as zero, which is another signature")
        .isNotEqualTo(key.address().bytes());
    assertThat(run(1, Bytes.concatenate(digest, Bytes32.leftPad(Bytes.of(29))).toHexString()))
        .isEqualTo(Bytes.EMPTY);
  }

  @Test
  void hashes() throws PrecompileException {
    // "abc": FIPS 180-2 and the RIPEMD-160 paper
    assertThat(run(2, "0x616263").toHexString())
        .isEqualTo("0xba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    assertThat(run(3, "0x616263").toHexString())
        .isEqualTo("0x0000000000000000000000008eb208f7e05d987a9b044a8e98c6b087f15a0bfc");
    assertThat(run(4, "0x616263").toHexString()).isEqualTo("0x616263");
  }

  @Test
  void modularExponentiation() throws PrecompileException {
    // the examples of EIP-198
    String p = "fffffffffffffffffffffffffffffffffffffffffffffffffffffffefffffc2f";
    String pMinus1 = "fffffffffffffffffffffffffffffffffffffffffffffffffffffffefffffc2e";
    assertThat(run(5, "0x" + word(1) + word(32) + word(32) + "03" + pMinus1 + p))
        .isEqualTo(Bytes.fromHexString("0x" + word(1)));
    assertThat(run(5, "0x" + word(0) + word(32) + word(32) + pMinus1 + p).isZero()).isTrue();
    assertThat(run(5, "0x" + word(1) + word(2) + word(32) + "03ffff80"))
        .isEqualTo(
            Bytes.fromHexString(
                "0x3b01b01ac41f2d6e917c6d6a221ce793802469026d9ab7578fa2e79e4da6aaab"));
    assertThat(run(5, "0x").size()).isZero();

    String huge = "0x" + word(0) + "ff".repeat(32) + word(32);
    assertThat(contract(5).gas(Bytes.fromHexString(huge))).isNegative();
  }

  @Test
  void curveArithmeticAgrees() throws PrecompileException {
    Bytes twice = run(6, "0x" + G1 + G1);

    assertThat(run(7, "0x" + G1 + word(2))).isEqualTo(twice);
    assertThat(run(6, "0x" + G1 + MINUS_G1).isZero()).isTrue();
    assertThat(run(6, "0x" + G1)).isEqualTo(Bytes.fromHexString("0x" + G1));
    assertThat(run(7, "0x" + G1 + order()).isZero()).isTrue();
    assertThat(twice.slice(0, 32).toHexString())
        .isEqualTo("0x030644e72e131a029b85045b68181585d97816a916871ca8d3c208c16d87cfd3");
  }

  @Test
  void pairingIsBilinear() throws PrecompileException {
    String six = run(7, "0x" + G1 + word(6)).toUnprefixedHexString();
    String minusFive = run(7, "0x" + MINUS_G1 + word(5)).toUnprefixedHexString();

    assertThat(isOne(run(8, "0x" + G1 + G2 + MINUS_G1 + G2))).isTrue();
    assertThat(isOne(run(8, "0x" + six + G2 + minusFive + G2 + MINUS_G1 + G2))).isTrue();
    assertThat(isOne(run(8, "0x" + six + G2 + minusFive + G2))).isFalse();
    assertThat(isOne(run(8, "0x" + G1 + G2))).isFalse();
    assertThat(isOne(run(8, "0x"))).isTrue();
    assertThat(isOne(run(8, "0x" + word(0) + word(0) + G2))).isTrue();
  }

  @Test
  void badPointsAreRefused() {
    refuses(6, "0x" + word(1) + word(3));
    refuses(7, "0x" + "30644e72e131a029b85045b68181585d97816a916871ca8d3c208c16d87cfd47" + word(2));
    refuses(8, "0x" + G1);
    refuses(8, "0x" + G1 + word(1) + word(0) + word(2) + word(0));
  }

  @Test
  void blake2f() throws PrecompileException {
    // test vectors 4 to 6 of EIP-152
    assertThat(run(9, "0x00000000" + BLAKE2F_STATE + "01").toHexString())
        .isEqualTo(
            "0x08c9bcf367e6096a3ba7ca8485ae67bb2bf894fe72f36e3cf1361d5f3af54fa5"
                + "d282e6ad7f520e511f6c3e2b8c68059b9442be0454267ce079217e1319cde05b");
    assertThat(run(9, "0x0000000c" + BLAKE2F_STATE + "01").toHexString())
        .isEqualTo(
            "0xba80a53f981c4d0d6a2797b69f12f6e94c212f14685ac4b74b12bb6fdbffa2d1"
                + "7d87c5392aab792dc252d5de4533cc9518d38aa8dbf1925ab92386edd4009923");
    assertThat(run(9, "0x0000000c" + BLAKE2F_STATE + "00").toHexString())
        .isEqualTo(
            "0x75ab69d3190a562c51aef8d88f1c2775876944407270c42c9844252c26d28752"
                + "98743e7f6d5ea2f2d3e8d226039cd31b4e426ac4f2d3d666a610c2116fde4735");
    refuses(9, "0x0000000c" + BLAKE2F_STATE);
    refuses(9, "0x0000000c" + BLAKE2F_STATE + "02");
    assertThat(contract(9).gas(Bytes.fromHexString("0xffffffff" + BLAKE2F_STATE + "01")))
        .isEqualTo(0xffffffffL);
  }

  @Test
  void pointEvaluationOfTheZeroPolynomial() throws PrecompileException {
    // Commitment and proof at infinity: zero everywhere. The official tests have the rest.
    String infinity = "c0" + "00".repeat(47);
    Bytes hash = Bytes.wrap(Sha256.hash(Bytes.fromHexString(infinity).toArrayUnsafe()));
    String versioned = "01" + hash.slice(1).toUnprefixedHexString();

    assertThat(run(10, "0x" + versioned + word(5) + word(0) + infinity + infinity).toHexString())
        .isEqualTo(
            "0x" + word(4096) + "73eda753299d7d483339d80809a1d80553bda402fffe5bfeffffffff00000001");
    refuses(10, "0x" + versioned + word(5) + word(1) + infinity + infinity);
    refuses(10, "0x" + versioned + "ff".repeat(32) + word(0) + infinity + infinity);
    refuses(10, "0x" + word(1) + word(5) + word(0) + infinity + infinity);
    refuses(10, "0x");
  }

  @Test
  void theTrustedSetupIsTheCeremonys() throws IOException {
    try (InputStream in = KzgTrustedSetup.class.getResourceAsStream("kzg-trusted-setup.bin")) {
      Bytes setup = Bytes.wrap(in.readAllBytes());

      assertThat(Bytes.wrap(Sha256.hash(setup.toArrayUnsafe())).toHexString())
          .isEqualTo("0x753bd011b238fb9b63a35b9b526f7830057ced42b9a9c87368a67105bd8f0566");
    }
  }

  private static Precompile contract(int number) {
    Precompile precompile =
        Precompiles.of(Fork.CANCUN)
            .at(Address.of(Bytes.concatenate(Bytes.wrap(new byte[19]), Bytes.of(number))));
    assertThat(precompile).isNotNull();
    return precompile;
  }

  private static Bytes run(int number, String input) throws PrecompileException {
    return contract(number).run(Bytes.fromHexString(input));
  }

  private static void refuses(int number, String input) {
    assertThatThrownBy(() -> run(number, input)).isInstanceOf(PrecompileException.class);
  }

  private static boolean isOne(Bytes word) {
    return word.toUnsignedBigInteger().equals(BigInteger.ONE);
  }

  private static String word(long value) {
    return Bytes32.leftPad(Bytes.ofUnsignedLong(value)).toUnprefixedHexString();
  }

  private static String order() {
    return "30644e72e131a029b85045b68181585d2833e84879b9709143e1f593f0000001";
  }
}
