package io.lesnode.payment.signing;

import io.lesnode.primitives.Address;
import io.lesnode.primitives.crypto.Keccak;
import java.nio.charset.StandardCharsets;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;

/**
 * The domain of EIP-712 signatures for one contract on one chain: what makes a signature worthless
 * anywhere else. Its separator is hashed once. Immutable.
 */
public final class TypedDomain {
  private static final Bytes32 TYPE_HASH =
      hash("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)");

  private final String name;
  private final String version;
  private final long chainId;
  private final Address contract;
  private final Bytes32 separator;

  /** A domain; name and version are plain ASCII without quotes. */
  public TypedDomain(String name, String version, long chainId, Address contract) {
    this.name = name;
    this.version = version;
    this.chainId = chainId;
    this.contract = contract;
    this.separator =
        Keccak.keccak256(
            Bytes.concatenate(
                TYPE_HASH,
                hash(name),
                hash(version),
                UInt256.valueOf(chainId).toBytes(),
                Bytes32.leftPad(contract.bytes())));
  }

  /** The chain. */
  public long chainId() {
    return chainId;
  }

  /** The contract that checks the signatures. */
  public Address contract() {
    return contract;
  }

  /** The hash of the domain. */
  public Bytes32 separator() {
    return separator;
  }

  /** What is signed for a struct of this domain. */
  public Bytes32 digest(Bytes32 structHash) {
    byte[] preimage = new byte[66];
    preimage[0] = 0x19;
    preimage[1] = 0x01;
    System.arraycopy(separator.toArrayUnsafe(), 0, preimage, 2, 32);
    System.arraycopy(structHash.toArrayUnsafe(), 0, preimage, 34, 32);
    return Keccak.keccak256(preimage);
  }

  /** What is signed for a message of this domain. */
  public Bytes32 digest(TypedMessage message) {
    return digest(message.structHash());
  }

  /** The message as JSON, which wallets and outside signers show and hash for themselves. */
  public String json(TypedMessage message) {
    return "{\"types\":{\"EIP712Domain\":["
        + TypedMessage.jsonField("string", "name")
        + ","
        + TypedMessage.jsonField("string", "version")
        + ","
        + TypedMessage.jsonField("uint256", "chainId")
        + ","
        + TypedMessage.jsonField("address", "verifyingContract")
        + "],"
        + message.jsonTypes()
        + "},\"primaryType\":\""
        + message.type()
        + "\",\"domain\":{\"name\":\""
        + name
        + "\",\"version\":\""
        + version
        + "\",\"chainId\":\""
        + chainId
        + "\",\"verifyingContract\":\""
        + contract.toHexString()
        + "\"},\"message\":"
        + message.jsonValues()
        + "}";
  }

  static Bytes32 hash(String text) {
    return Keccak.keccak256(text.getBytes(StandardCharsets.US_ASCII));
  }
}
