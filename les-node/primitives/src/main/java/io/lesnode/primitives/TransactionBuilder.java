package io.lesnode.primitives;

import io.lesnode.primitives.crypto.Keccak;
import io.lesnode.primitives.crypto.KeyPair;
import io.lesnode.primitives.crypto.Signature;
import java.util.List;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;
import org.jspecify.annotations.Nullable;

/** Collects the fields of a transaction and signs it; confined to one thread. */
public final class TransactionBuilder {
  final TransactionType type;
  @Nullable UInt256 chainId;
  long nonce;
  UInt256 maxPriorityFeePerGas = UInt256.ZERO;
  UInt256 maxFeePerGas = UInt256.ZERO;
  long gasLimit;
  @Nullable Address to;
  UInt256 value = UInt256.ZERO;
  Bytes data = Bytes.EMPTY;
  List<AccessListEntry> accessList = List.of();
  UInt256 maxFeePerBlobGas = UInt256.ZERO;
  List<Bytes32> blobVersionedHashes = List.of();

  TransactionBuilder(TransactionType type) {
    this.type = type;
  }

  /** Binds the signature to a chain; without it a legacy transaction is unprotected. */
  public TransactionBuilder chainId(@Nullable UInt256 value) {
    this.chainId = value;
    return this;
  }

  /** Sets the nonce of the sender. */
  public TransactionBuilder nonce(long nonce) {
    this.nonce = nonce;
    return this;
  }

  /** Sets the price of types 0 and 1; wei per gas. */
  public TransactionBuilder gasPrice(UInt256 gasPrice) {
    this.maxFeePerGas = gasPrice;
    this.maxPriorityFeePerGas = gasPrice;
    return this;
  }

  /** Sets the tip cap of types 2 and 3; wei per gas. */
  public TransactionBuilder maxPriorityFeePerGas(UInt256 fee) {
    this.maxPriorityFeePerGas = fee;
    return this;
  }

  /** Sets the fee cap of types 2 and 3; wei per gas. */
  public TransactionBuilder maxFeePerGas(UInt256 fee) {
    this.maxFeePerGas = fee;
    return this;
  }

  /** Sets the gas limit. */
  public TransactionBuilder gasLimit(long gasLimit) {
    this.gasLimit = gasLimit;
    return this;
  }

  /** Sets the receiver; null creates a contract. */
  public TransactionBuilder to(@Nullable Address to) {
    this.to = to;
    return this;
  }

  /** Sets the amount; wei. */
  public TransactionBuilder value(UInt256 value) {
    this.value = value;
    return this;
  }

  /** Sets the call data or init code. */
  public TransactionBuilder data(Bytes data) {
    this.data = data;
    return this;
  }

  /** Sets the access list. */
  public TransactionBuilder accessList(List<AccessListEntry> accessList) {
    this.accessList = accessList;
    return this;
  }

  /** Sets the blob fee cap; wei per blob gas. */
  public TransactionBuilder maxFeePerBlobGas(UInt256 fee) {
    this.maxFeePerBlobGas = fee;
    return this;
  }

  /** Sets the blob hashes. */
  public TransactionBuilder blobVersionedHashes(List<Bytes32> hashes) {
    this.blobVersionedHashes = hashes;
    return this;
  }

  /** Signs with the key of the sender. */
  public Transaction sign(KeyPair key) {
    UInt256 probeV = chainId == null ? UInt256.valueOf(27) : legacyV(0);
    Transaction unsigned = build(probeV, UInt256.ONE, UInt256.ONE);
    Signature signature = key.sign(Keccak.keccak256(TransactionCodec.encodeForSigning(unsigned)));
    UInt256 v;
    if (type != TransactionType.LEGACY) {
      v = UInt256.valueOf(signature.yParity());
    } else if (chainId == null) {
      v = UInt256.valueOf(27L + signature.yParity());
    } else {
      v = legacyV(signature.yParity());
    }
    return build(v, signature.r(), signature.s());
  }

  /** The transaction with a given signature, which is not checked. */
  public Transaction build(UInt256 v, UInt256 r, UInt256 s) {
    if (type != TransactionType.LEGACY && chainId == null) {
      throw new IllegalStateException("a typed transaction needs a chain id");
    }
    return new Transaction(this, v, r, s, null);
  }

  private UInt256 legacyV(int yParity) {
    UInt256 id = chainId == null ? UInt256.ZERO : chainId;
    return id.multiply(UInt256.valueOf(2)).add(UInt256.valueOf(35L + yParity));
  }
}
