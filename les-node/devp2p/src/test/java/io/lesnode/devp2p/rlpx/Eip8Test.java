package io.lesnode.devp2p.rlpx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lesnode.primitives.crypto.Keccak;
import io.lesnode.primitives.crypto.KeyPair;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.Properties;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The handshake vectors of EIP-8: padding, later versions and additional list elements. */
class Eip8Test {
  private static final Properties VECTORS = new Properties();

  @BeforeAll
  static void load() throws IOException {
    try (InputStream in = Eip8Test.class.getResourceAsStream("/eip-8/vectors.properties")) {
      VECTORS.load(Objects.requireNonNull(in));
    }
  }

  private static Bytes bytes(String name) {
    return Bytes.fromHexString(VECTORS.getProperty(name));
  }

  private static KeyPair key(String name) {
    return KeyPair.ofSecret(Bytes32.wrap(bytes(name)));
  }

  /** Fixed values; what ECIES draws does not matter here. */
  private record Fixed(Bytes32 nonce, KeyPair key) implements HandshakeRandom {
    static Fixed of(String side) {
      return new Fixed(Bytes32.wrap(bytes("nonce" + side)), Eip8Test.key("ephemeralKey" + side));
    }

    @Override
    public byte[] initialisationVector() {
      return new byte[16];
    }

    @Override
    public int paddingBytes() {
      return 100;
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"auth2", "auth3"})
  void theRecipientTakesEveryAuthPacket(String auth) {
    Handshake.Response response = Handshake.respond(key("staticKeyB"), bytes(auth), Fixed.of("B"));

    assertThat(response.secrets().remoteKey()).isEqualTo(key("staticKeyA").publicKey());
    assertThat(response.secrets().aesSecret()).isEqualTo(bytes("aesSecret"));
    assertThat(response.secrets().macSecret()).isEqualTo(bytes("macSecret"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"ack2", "ack3"})
  void theInitiatorTakesEveryAckPacket(String ack) {
    SessionSecrets secrets =
        Handshake.initiate(key("staticKeyA"), key("staticKeyB").publicKey(), Fixed.of("A"))
            .finish(bytes(ack));

    assertThat(secrets.aesSecret()).isEqualTo(bytes("aesSecret"));
    assertThat(secrets.macSecret()).isEqualTo(bytes("macSecret"));
  }

  @Test
  void theMacOfTheRecipientStartsAsInTheVector() {
    Handshake.Response response =
        Handshake.respond(key("staticKeyB"), bytes("auth2"), Fixed.of("B"));
    Bytes foo = Bytes.wrap("foo".getBytes(StandardCharsets.US_ASCII));
    Bytes start = response.secrets().macSecret().xor(bytes("nonceB"));
    Bytes absorbed = Bytes.concatenate(start, bytes("auth2"));

    assertThat(Keccak.keccak256(Bytes.concatenate(absorbed, foo))).isEqualTo(bytes("ingressFoo"));
    assertThat(response.secrets().ingress().currentDigest()).isEqualTo(Keccak.keccak256(absorbed));
  }

  @Test
  void everyShorterPacketIsRefused() {
    Bytes auth = bytes("auth2");
    for (int size = 2; size < auth.size(); size += 7) {
      Bytes shorter = auth.slice(0, size);
      assertThatThrownBy(() -> Handshake.respond(key("staticKeyB"), shorter, Fixed.of("B")))
          .isInstanceOf(RlpxException.class);
    }
  }
}
