package io.lesnode.payment.signing;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lesnode.payment.Signer;
import io.lesnode.payment.SignerException;
import io.lesnode.payment.SigningRequest;
import io.lesnode.primitives.Address;
import io.lesnode.primitives.InvalidSignatureException;
import io.lesnode.primitives.Transaction;
import io.lesnode.primitives.TransactionType;
import io.lesnode.primitives.crypto.Secp256k1;
import io.lesnode.primitives.crypto.Signature;
import io.lesnode.primitives.rlp.RlpException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;

/**
 * Signs by another program that has the key, as go-ethereum's clef: typed data with {@code
 * account_signTypedData}, transactions with {@code account_signTransaction}, and bare digests,
 * which such programs do not sign, as messages with {@code account_signData} (EIP-191; whoever
 * checks them accepts both forms).
 *
 * <p>Nothing that the program says is believed: the signature must be low and recover to the
 * account over the digest that we made ourselves, and a transaction must be the one that was asked
 * for. Thread-safe if the connection is.
 */
public final class ExternalSigner implements Signer {
  private static final int MOST_CHARACTERS = 256 * 1024;

  private final Address address;
  private final ExternalSignerCall connection;
  private final ObjectMapper json = new ObjectMapper();
  private final AtomicLong lastId = new AtomicLong();

  /** A signer for one account of the program. */
  public ExternalSigner(Address address, ExternalSignerCall connection) {
    this.address = address;
    this.connection = connection;
  }

  @Override
  public Address address() {
    return address;
  }

  @Override
  public Signature sign(SigningRequest request) throws SignerException {
    return switch (request.kind()) {
      case TYPED_DATA ->
          checked(
              request, request.digest(), bytesOf(call("account_signTypedData", typed(request))));
      case DIGEST ->
          checked(
              request,
              PersonalMessage.digest(request.digest()),
              bytesOf(call("account_signData", message(request))));
      case TRANSACTION -> transaction(request);
    };
  }

  private ArrayNode typed(SigningRequest request) throws SignerException {
    String text = new String(request.payload().toArrayUnsafe(), StandardCharsets.UTF_8);
    try {
      return json.createArrayNode().add(address.toHexString()).add(json.readTree(text));
    } catch (JsonProcessingException notJson) {
      throw new SignerException(
          "typed data for an outside signer must be JSON: " + request.purpose(), notJson);
    }
  }

  private ArrayNode message(SigningRequest request) {
    return json.createArrayNode()
        .add("text/plain")
        .add(address.toHexString())
        .add(request.digest().toHexString());
  }

  private Signature transaction(SigningRequest request) throws SignerException {
    Transaction wanted = Transaction.decode(request.payload());
    ObjectNode fields =
        json.createObjectNode()
            .put("from", address.toHexString())
            .put("gas", quantity(UInt256.valueOf(wanted.gasLimit())))
            .put("value", quantity(wanted.value()))
            .put("nonce", quantity(UInt256.valueOf(wanted.nonce())))
            .put("data", wanted.data().toHexString());
    Address to = wanted.to();
    if (to != null) {
      fields.put("to", to.toHexString());
    }
    UInt256 chainId = wanted.chainId();
    if (chainId != null) {
      fields.put("chainId", quantity(chainId));
    }
    if (wanted.type() == TransactionType.LEGACY) {
      fields.put("gasPrice", quantity(wanted.gasPrice()));
    } else {
      fields.put("maxFeePerGas", quantity(wanted.maxFeePerGas()));
      fields.put("maxPriorityFeePerGas", quantity(wanted.maxPriorityFeePerGas()));
    }
    JsonNode answer = call("account_signTransaction", json.createArrayNode().add(fields));
    Transaction signed;
    try {
      signed = Transaction.decode(bytesOf(answer.path("raw")));
    } catch (RlpException | IllegalArgumentException malformed) {
      throw new SignerException(
          "the outside signer's transaction cannot be read: " + malformed.getMessage(), malformed);
    }
    if (!signed.signingHash().equals(request.digest())) {
      throw new SignerException(
          "the outside signer signed another transaction than it was given; nothing was sent");
    }
    int parity;
    try {
      parity = signed.yParity();
    } catch (InvalidSignatureException malformed) {
      throw new SignerException("the outside signer's v is wrong", malformed);
    }
    return requireOurs(request, request.digest(), new Signature(signed.r(), signed.s(), parity));
  }

  private JsonNode call(String method, ArrayNode params) throws SignerException {
    ObjectNode request =
        json.createObjectNode()
            .put("jsonrpc", "2.0")
            .put("id", lastId.incrementAndGet())
            .put("method", method);
    request.set("params", params);
    String answer = connection.call(request.toString());
    if (answer.length() > MOST_CHARACTERS) {
      throw new SignerException("the outside signer's answer is larger than 256 KiB");
    }
    JsonNode tree;
    try {
      tree = json.readTree(answer);
    } catch (JsonProcessingException notJson) {
      throw new SignerException("the outside signer's answer is not JSON", notJson);
    }
    if (tree.hasNonNull("error")) {
      String text = tree.path("error").path("message").asText("no reason given");
      throw new SignerException(
          "the outside signer refused: "
              + text.substring(0, Math.min(200, text.length()))
              + "; look at its window and its rules");
    }
    if (!tree.hasNonNull("result")) {
      throw new SignerException("the outside signer's answer has neither result nor error");
    }
    return tree.path("result");
  }

  private static Bytes bytesOf(JsonNode node) throws SignerException {
    try {
      if (node.isTextual() && node.asText().startsWith("0x")) {
        return Bytes.fromHexString(node.asText());
      }
    } catch (IllegalArgumentException notHex) {
      throw new SignerException("the outside signer's answer is not hex", notHex);
    }
    throw new SignerException("the outside signer's answer is not a string of hex digits");
  }

  private Signature checked(SigningRequest request, Bytes32 digest, Bytes answer)
      throws SignerException {
    if (answer.size() != 65) {
      throw new SignerException(
          "the outside signer gave " + answer.size() + " bytes where a signature has 65");
    }
    int v = answer.get(64) & 0xff;
    if (v != 0 && v != 1 && v != 27 && v != 28) {
      throw new SignerException("the outside signer's v is " + v);
    }
    return requireOurs(
        request,
        digest,
        new Signature(
            UInt256.fromBytes(answer.slice(0, 32)),
            UInt256.fromBytes(answer.slice(32, 32)),
            v % 27));
  }

  private Signature requireOurs(SigningRequest request, Bytes32 digest, Signature signature)
      throws SignerException {
    boolean low = signature.s().toUnsignedBigInteger().compareTo(Secp256k1.HALF_ORDER) <= 0;
    boolean ours =
        low
            && Secp256k1.instance()
                .recover(digest, signature)
                .map(Address::ofPublicKey)
                .filter(address::equals)
                .isPresent();
    if (!ours) {
      throw new SignerException(
          "the outside signer's signature is not by "
              + address
              + " over what was asked ("
              + request.purpose()
              + "); check that it has this account");
    }
    return signature;
  }

  private static String quantity(UInt256 number) {
    return "0x" + number.toUnsignedBigInteger().toString(16);
  }

  @Override
  public String toString() {
    return "ExternalSigner[" + address + "]";
  }
}
