package io.lesnode.primitives;

import io.lesnode.primitives.crypto.Keccak;
import io.lesnode.primitives.crypto.Secp256k1;
import io.lesnode.primitives.crypto.Signature;
import io.lesnode.primitives.rlp.RlpReader;
import java.math.BigInteger;
import java.util.List;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.rlp.RLPWriter;
import org.apache.tuweni.units.bigints.UInt256;
import org.jspecify.annotations.Nullable;

/**
 * A signed transaction of type 0 … 3.
 *
 * <p>Immutable; encoding and hash are computed once, the sender at first use and then kept (racing
 * threads compute the same value). Which types, chain ids and signatures a fork accepts is the
 * business of the consensus rules; here only the form is checked. Fields that a type does not have
 * are zero, empty or null; {@code maxFeePerGas} and {@code maxPriorityFeePerGas} of types before
 * EIP-1559 are the gas price.
 */
public final class Transaction {
  private final TransactionType type;
  private final @Nullable UInt256 chainId;
  private final long nonce;
  private final UInt256 maxPriorityFeePerGas;
  private final UInt256 maxFeePerGas;
  private final long gasLimit;
  private final @Nullable Address to;
  private final UInt256 value;
  private final Bytes data;
  private final List<AccessListEntry> accessList;
  private final UInt256 maxFeePerBlobGas;
  private final List<Bytes32> blobVersionedHashes;
  private final UInt256 v;
  private final UInt256 r;
  private final UInt256 s;

  private final Bytes encoded;
  private final Bytes32 hash;
  private volatile @Nullable Address sender;

  Transaction(TransactionBuilder from, UInt256 v, UInt256 r, UInt256 s, @Nullable Bytes raw) {
    type = from.type;
    nonce = from.nonce;
    maxPriorityFeePerGas = from.maxPriorityFeePerGas;
    maxFeePerGas = from.maxFeePerGas;
    gasLimit = from.gasLimit;
    to = from.to;
    value = from.value;
    data = from.data;
    accessList = List.copyOf(from.accessList);
    maxFeePerBlobGas = from.maxFeePerBlobGas;
    blobVersionedHashes = List.copyOf(from.blobVersionedHashes);
    this.v = v;
    this.r = r;
    this.s = s;
    chainId = type == TransactionType.LEGACY ? legacyChainId(v) : from.chainId;
    encoded = raw != null ? raw : TransactionCodec.encode(this);
    hash = Keccak.keccak256(encoded);
  }

  /** A builder for a transaction of the given type. */
  public static TransactionBuilder builder(TransactionType type) {
    return new TransactionBuilder(type);
  }

  /** Decodes exactly one transaction: type byte and payload, or the list of a legacy one. */
  public static Transaction decode(Bytes encoded) {
    return TransactionCodec.decode(encoded);
  }

  /** Reads a transaction as an item of a list: a list when legacy, a byte string when typed. */
  public static Transaction readFrom(RlpReader reader) {
    return TransactionCodec.readFrom(reader);
  }

  /** Writes the transaction as an item of a list. */
  public void writeTo(RLPWriter writer) {
    if (type == TransactionType.LEGACY) {
      writer.writeRLP(encoded);
    } else {
      writer.writeValue(encoded);
    }
  }

  /** The type. */
  public TransactionType type() {
    return type;
  }

  /** The chain that the signature is bound to; null for a legacy transaction without EIP-155. */
  public @Nullable UInt256 chainId() {
    return chainId;
  }

  /** The nonce of the sender; unsigned. */
  public long nonce() {
    return nonce;
  }

  /** The gas price of types 0 and 1, the maximum fee of the others; wei. */
  public UInt256 gasPrice() {
    return maxFeePerGas;
  }

  /** The most that goes to the coinbase per gas; wei. */
  public UInt256 maxPriorityFeePerGas() {
    return maxPriorityFeePerGas;
  }

  /** The most that is paid per gas; wei. */
  public UInt256 maxFeePerGas() {
    return maxFeePerGas;
  }

  /** The gas limit; unsigned. */
  public long gasLimit() {
    return gasLimit;
  }

  /** The receiver; null creates a contract. */
  public @Nullable Address to() {
    return to;
  }

  /** The amount sent; wei. */
  public UInt256 value() {
    return value;
  }

  /** The call data or init code. */
  public Bytes data() {
    return data;
  }

  /** The access list; empty for legacy. */
  public List<AccessListEntry> accessList() {
    return accessList;
  }

  /** The most that is paid per blob gas; wei. */
  public UInt256 maxFeePerBlobGas() {
    return maxFeePerBlobGas;
  }

  /** The versioned hashes of the blobs; empty but for type 3. */
  public List<Bytes32> blobVersionedHashes() {
    return blobVersionedHashes;
  }

  /** The v of the signature as encoded: 27/28, the EIP-155 form, or the y parity of typed ones. */
  public UInt256 v() {
    return v;
  }

  /** The r of the signature. */
  public UInt256 r() {
    return r;
  }

  /** The s of the signature. */
  public UInt256 s() {
    return s;
  }

  /** Type byte and payload, or the RLP list of a legacy transaction. */
  public Bytes encoded() {
    return encoded;
  }

  /** Keccak-256 of {@link #encoded}. */
  public Bytes32 hash() {
    return hash;
  }

  /** Whether s is in the lower half, as required since Homestead (EIP-2). */
  public boolean hasLowS() {
    return s.toUnsignedBigInteger().compareTo(Secp256k1.HALF_ORDER) <= 0;
  }

  /**
   * The account that signed.
   *
   * @throws InvalidSignatureException when v, r or s are out of range or recover to no key
   */
  public Address sender() {
    Address known = sender;
    if (known != null) {
      return known;
    }
    Address recovered =
        Secp256k1.instance()
            .recover(signingHash(), new Signature(r, s, yParity()))
            .map(Address::ofPublicKey)
            .orElseThrow(() -> new InvalidSignatureException("invalid signature: no key recovers"));
    sender = recovered;
    return recovered;
  }

  /** The digest that was signed. */
  public Bytes32 signingHash() {
    return Keccak.keccak256(TransactionCodec.encodeForSigning(this));
  }

  /**
   * Which of the two points r stands for; {@link InvalidSignatureException} when v is none of the
   * legal values.
   */
  public int yParity() {
    BigInteger number = v.toUnsignedBigInteger();
    if (type == TransactionType.LEGACY) {
      number = number.subtract(BigInteger.valueOf(chainId == null ? 27 : 35));
      number = chainId == null ? number : number.mod(BigInteger.TWO);
    }
    if (number.signum() < 0 || number.compareTo(BigInteger.ONE) > 0) {
      throw new InvalidSignatureException("invalid signature: v is " + v.toBigInteger());
    }
    return number.intValue();
  }

  /** The effective price per gas under a base fee, which is zero before London; wei. */
  public UInt256 effectiveGasPrice(UInt256 baseFeePerGas) {
    BigInteger priced =
        maxPriorityFeePerGas.toUnsignedBigInteger().add(baseFeePerGas.toUnsignedBigInteger());
    return priced.compareTo(maxFeePerGas.toUnsignedBigInteger()) < 0
        ? UInt256.valueOf(priced)
        : maxFeePerGas;
  }

  private static @Nullable UInt256 legacyChainId(UInt256 v) {
    if (v.compareTo(UInt256.valueOf(35)) < 0) {
      return null;
    }
    return v.subtract(UInt256.valueOf(35)).divide(UInt256.valueOf(2));
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Transaction transaction && transaction.hash.equals(hash);
  }

  @Override
  public int hashCode() {
    return hash.hashCode();
  }

  @Override
  public String toString() {
    return "Transaction[" + hash + "]";
  }
}
