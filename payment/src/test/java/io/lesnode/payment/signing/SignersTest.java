package io.lesnode.payment.signing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.lesnode.payment.SignerException;
import io.lesnode.payment.SigningRequest;
import io.lesnode.primitives.Address;
import io.lesnode.primitives.Transaction;
import io.lesnode.primitives.TransactionType;
import io.lesnode.primitives.crypto.Keccak;
import io.lesnode.primitives.crypto.KeyPair;
import io.lesnode.primitives.crypto.Secp256k1;
import io.lesnode.primitives.crypto.Signature;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;
import org.junit.jupiter.api.Test;
import org.web3j.crypto.Sign;
import org.web3j.crypto.StructuredDataEncoder;

/** Signers; the outside one against a program that hashes with web3j, and that may lie. */
class SignersTest {
  private static final KeyPair KEY = KeyPair.ofSecret(Bytes32.repeat((byte) 0x11));
  private static final KeyPair OTHER = KeyPair.ofSecret(Bytes32.repeat((byte) 0x22));
  private static final TypedDomain DOMAIN =
      new TypedDomain("LES AccountBook", "2", 1337, OTHER.address());
  private static final TypedMessage MESSAGE =
      TypedMessage.of("Cheque")
          .with("payee", OTHER.address())
          .with("cumulative", UInt256.valueOf(123_456_789));

  private final ObjectMapper json = new ObjectMapper();
  private final List<String> asked = new ArrayList<>();

  private static SigningRequest typed() {
    return new SigningRequest(
        SigningRequest.Kind.TYPED_DATA,
        DOMAIN.digest(MESSAGE),
        Bytes.wrap(DOMAIN.json(MESSAGE).getBytes(StandardCharsets.UTF_8)),
        "a cheque");
  }

  private static SigningRequest transaction(TransactionType type) {
    boolean isLegacy = type == TransactionType.LEGACY;
    var builder =
        Transaction.builder(type)
            .chainId(UInt256.valueOf(1337))
            .nonce(3)
            .gasLimit(50_000)
            .to(OTHER.address())
            .value(UInt256.valueOf(77))
            .data(Bytes.of(1, 2, 3));
    if (isLegacy) {
      builder.gasPrice(UInt256.valueOf(9));
    } else {
      builder.maxFeePerGas(UInt256.valueOf(9)).maxPriorityFeePerGas(UInt256.valueOf(2));
    }
    Transaction unsigned =
        builder.build(UInt256.valueOf(isLegacy ? 2 * 1337 + 35 : 0), UInt256.ONE, UInt256.ONE);
    return new SigningRequest(
        SigningRequest.Kind.TRANSACTION, unsigned.signingHash(), unsigned.encoded(), "a transfer");
  }

  /** A program that does what clef does, with web3j's hashing. */
  private String clef(String text, KeyPair key) {
    try {
      JsonNode call = json.readTree(text);
      asked.add(call.get("method").asText());
      JsonNode params = call.get("params");
      String result =
          switch (call.get("method").asText()) {
            case "account_signTypedData" ->
                hex(
                    key,
                    Bytes32.wrap(
                        new StructuredDataEncoder(params.get(1).toString()).hashStructuredData()));
            case "account_signData" ->
                hex(
                    key,
                    Bytes32.wrap(
                        Sign.getEthereumMessageHash(
                            Bytes.fromHexString(params.get(2).asText()).toArray())));
            case "account_signTransaction" -> signed(params.get(0), key);
            default -> throw new AssertionError(text);
          };
      return "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":" + result + "}";
    } catch (java.io.IOException e) {
      throw new AssertionError(e);
    }
  }

  private static String hex(KeyPair key, Bytes32 digest) {
    Signature signature = key.sign(digest);
    return "\""
        + Bytes.concatenate(signature.toBytes64(), Bytes.of(27 + signature.yParity())).toHexString()
        + "\"";
  }

  private static String signed(JsonNode fields, KeyPair key) {
    boolean isLegacy = fields.has("gasPrice");
    var builder =
        Transaction.builder(isLegacy ? TransactionType.LEGACY : TransactionType.DYNAMIC_FEE)
            .chainId(UInt256.fromHexString(fields.get("chainId").asText()))
            .nonce(UInt256.fromHexString(fields.get("nonce").asText()).toLong())
            .gasLimit(UInt256.fromHexString(fields.get("gas").asText()).toLong())
            .to(Address.fromHex(fields.get("to").asText()))
            .value(UInt256.fromHexString(fields.get("value").asText()))
            .data(Bytes.fromHexString(fields.get("data").asText()));
    if (isLegacy) {
      builder.gasPrice(UInt256.fromHexString(fields.get("gasPrice").asText()));
    } else {
      builder
          .maxFeePerGas(UInt256.fromHexString(fields.get("maxFeePerGas").asText()))
          .maxPriorityFeePerGas(UInt256.fromHexString(fields.get("maxPriorityFeePerGas").asText()));
    }
    return "{\"raw\":\"" + builder.sign(key).encoded().toHexString() + "\",\"tx\":{}}";
  }

  @Test
  void allSignersMakeTheSameSignature() throws Exception {
    KeystoreSigner keystore = new KeystoreSigner(KEY.address(), account -> KEY);
    ExternalSigner external = new ExternalSigner(KEY.address(), text -> clef(text, KEY));
    for (SigningRequest request :
        List.of(
            typed(),
            transaction(TransactionType.LEGACY),
            transaction(TransactionType.DYNAMIC_FEE))) {
      Signature expected = new MemorySigner(KEY).sign(request);
      assertThat(keystore.sign(request)).isEqualTo(expected);
      assertThat(external.sign(request)).isEqualTo(expected);
    }
    assertThat(asked)
        .containsExactly(
            "account_signTypedData", "account_signTransaction", "account_signTransaction");
  }

  /** Programs do not sign bare digests: they sign them as messages, and that is checked too. */
  @Test
  void anOutsideSignerSignsADigestAsAMessage() throws Exception {
    Bytes32 digest = Bytes32.repeat((byte) 7);
    SigningRequest request =
        new SigningRequest(SigningRequest.Kind.DIGEST, digest, Bytes.EMPTY, "a binding");
    Signature signature = new ExternalSigner(KEY.address(), text -> clef(text, KEY)).sign(request);
    assertThat(CompactSignature.of(signature).isBy(KEY.address(), PersonalMessage.digest(digest)))
        .isTrue();
    assertThat(PersonalMessage.digest(digest))
        .isEqualTo(Bytes.wrap(Sign.getEthereumMessageHash(digest.toArray())));
  }

  @Test
  void nothingThatAnOutsideSignerSaysIsBelieved() {
    assertRefused(text -> clef(text, OTHER), "not by");
    assertRefused(text -> "{\"error\":{\"code\":-32000,\"message\":\"denied\"}}", "denied");
    assertRefused(text -> "not json", "not JSON");
    assertRefused(text -> "{}", "neither result nor error");
    assertRefused(text -> "{\"result\":5}", "hex digits");
    assertRefused(text -> "{\"result\":\"0xzz\"}", "not hex");
    assertRefused(text -> "{\"result\":\"0x1234\"}", "2 bytes");
    assertRefused(text -> "{\"result\":\"0x" + "00".repeat(64) + "1b\"}", "not by");
    assertRefused(text -> "{\"result\":\"0x" + "11".repeat(64) + "07\"}", "v is 7");
    assertRefused(text -> "{\"result\":\"" + "x".repeat(300_000) + "\"}", "larger");
  }

  private static void assertRefused(UnaryOperator<String> program, String text) {
    ExternalSigner signer = new ExternalSigner(KEY.address(), program::apply);
    assertThatThrownBy(() -> signer.sign(typed()))
        .isInstanceOf(SignerException.class)
        .hasMessageContaining(text);
  }

  @Test
  void aHighTwinOfASignatureIsRefused() {
    SigningRequest request = typed();
    Signature good = KEY.sign(request.digest());
    UInt256 high = UInt256.valueOf(Secp256k1.ORDER.subtract(good.s().toUnsignedBigInteger()));
    Signature twin = new Signature(good.r(), high, 1 - good.yParity());
    String answer =
        "{\"result\":\""
            + Bytes.concatenate(twin.toBytes64(), Bytes.of(27 + twin.yParity())).toHexString()
            + "\"}";
    assertRefused(text -> answer, "not by");
    assertThatThrownBy(() -> CompactSignature.of(twin)).hasMessageContaining("too high");
  }

  @Test
  void aTransactionThatWasNotAskedForIsRefused() {
    ExternalSigner signer =
        new ExternalSigner(
            KEY.address(),
            text -> clef(text.replace("\"value\":\"0x4d\"", "\"value\":\"0x4e\""), KEY));
    assertThatThrownBy(() -> signer.sign(transaction(TransactionType.DYNAMIC_FEE)))
        .hasMessageContaining("another transaction");
    ExternalSigner garbage =
        new ExternalSigner(KEY.address(), text -> "{\"result\":{\"raw\":\"0x02ff\"}}");
    assertThatThrownBy(() -> garbage.sign(transaction(TransactionType.DYNAMIC_FEE)))
        .isInstanceOf(SignerException.class);
  }

  @Test
  void aKeystoreThatGivesAnotherKeyIsNotUsed() throws Exception {
    KeystoreSigner wrong = new KeystoreSigner(KEY.address(), account -> OTHER);
    assertThatThrownBy(() -> wrong.sign(typed())).hasMessageContaining("which file");
    List<Address> opened = new ArrayList<>();
    KeystoreSigner right =
        new KeystoreSigner(
            KEY.address(),
            account -> {
              opened.add(account);
              return KEY;
            });
    right.sign(typed());
    right.sign(typed());
    assertThat(opened).hasSize(1);
    right.lock();
    right.sign(typed());
    assertThat(opened).hasSize(2);
  }

  @Test
  void secretsAreNotShown() {
    String secret = KEY.secret().toUnprefixedHexString();
    assertThat(new MemorySigner(KEY).toString()).doesNotContain(secret);
    assertThat(new KeystoreSigner(KEY.address(), a -> KEY).toString()).doesNotContain(secret);
    assertThat(new ExternalSigner(KEY.address(), t -> t).toString()).doesNotContain(secret);
  }

  /** The example of EIP-2098: both forms of two signatures. */
  @Test
  void compactSignaturesAreThoseOfEip2098() {
    Bytes r =
        Bytes.fromHexString("0x68a020a209d3d56c46f38cc50a33f704f4a9a10a59377f8dd762ac66910e9b90");
    Bytes s =
        Bytes.fromHexString("0x7e865ad05c4035ab5792787d4a0297a43617ae897930a6fe4d822b8faea52064");
    CompactSignature even =
        CompactSignature.ofBytes65WithV27(Bytes.concatenate(r, s, Bytes.of(27)));
    assertThat(even.bytes()).isEqualTo(Bytes.concatenate(r, s));

    Bytes r2 =
        Bytes.fromHexString("0x9328da16089fcba9bececa81663203989f2df5fe1faa6291a45381c81bd17f76");
    Bytes s2 =
        Bytes.fromHexString("0x139c6d6b623b42da56557e5e734a43dc83345ddfadec52cbe24d0cc64f550793");
    Bytes vs2 =
        Bytes.fromHexString("0x939c6d6b623b42da56557e5e734a43dc83345ddfadec52cbe24d0cc64f550793");
    CompactSignature odd =
        CompactSignature.ofBytes65WithV27(Bytes.concatenate(r2, s2, Bytes.of(28)));
    assertThat(odd.bytes()).isEqualTo(Bytes.concatenate(r2, vs2));
    assertThat(odd.toBytes65WithV27()).isEqualTo(Bytes.concatenate(r2, s2, Bytes.of(28)));
    assertThat(odd.toSignature().yParity()).isEqualTo(1);
    assertThat(odd.withOtherParity().withOtherParity()).isEqualTo(odd);

    KeyPair eip =
        KeyPair.ofSecret(
            Bytes32.fromHexString(
                "0x1234567890123456789012345678901234567890123456789012345678901234"));
    Bytes32 hello =
        PersonalMessage.digest(Bytes.wrap("Hello World".getBytes(StandardCharsets.US_ASCII)));
    assertThat(even.isBy(eip.address(), hello)).isTrue();
    assertThat(
            odd.isBy(
                eip.address(),
                PersonalMessage.digest(
                    Bytes.wrap("It's a small(er) world".getBytes(StandardCharsets.US_ASCII)))))
        .isTrue();
    assertThat(even.isBy(Address.ZERO, Keccak.keccak256(r))).isFalse();
  }
}
