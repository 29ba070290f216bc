package io.lesnode.evm;

import io.lesnode.primitives.AccessListEntry;
import io.lesnode.primitives.Address;
import io.lesnode.primitives.Transaction;
import io.lesnode.primitives.TransactionType;
import java.util.List;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;
import org.jspecify.annotations.Nullable;

/**
 * A transaction as the state transition sees it: the sender known, fees per gas resolved.
 *
 * @param from the sender
 * @param to the callee, null to create a contract
 * @param nonce the sender's, unsigned
 * @param value wei to transfer
 * @param gasLimit gas bought, unsigned
 * @param gasPrice wei per gas that the sender pays in this block
 * @param gasFeeCap most wei per gas the sender would pay
 * @param gasTipCap most wei per gas the miner would get
 * @param data input, or init code
 * @param accessList EIP-2930
 * @param blobFeeCap most wei per blob gas the sender would pay, null without blobs
 * @param blobHashes versioned hashes of the blobs (EIP-4844)
 */
public record Message(
    Address from,
    @Nullable Address to,
    long nonce,
    UInt256 value,
    long gasLimit,
    UInt256 gasPrice,
    UInt256 gasFeeCap,
    UInt256 gasTipCap,
    Bytes data,
    List<AccessListEntry> accessList,
    @Nullable UInt256 blobFeeCap,
    List<Bytes32> blobHashes) {

  /** Takes immutable copies of the lists. */
  public Message {
    accessList = List.copyOf(accessList);
    blobHashes = List.copyOf(blobHashes);
  }

  /**
   * The message of a signed transaction in a block with {@code baseFee} (null before London).
   *
   * @throws io.lesnode.primitives.InvalidSignatureException if no sender can be recovered
   */
  public static Message of(Transaction tx, @Nullable UInt256 baseFee) {
    boolean dynamic = tx.type() == TransactionType.DYNAMIC_FEE || tx.type() == TransactionType.BLOB;
    UInt256 feeCap = dynamic ? tx.maxFeePerGas() : tx.gasPrice();
    UInt256 tipCap = dynamic ? tx.maxPriorityFeePerGas() : tx.gasPrice();
    return new Message(
        tx.sender(),
        tx.to(),
        tx.nonce(),
        tx.value(),
        tx.gasLimit(),
        effectivePrice(feeCap, tipCap, baseFee),
        feeCap,
        tipCap,
        tx.data(),
        tx.accessList(),
        tx.type() == TransactionType.BLOB ? tx.maxFeePerBlobGas() : null,
        tx.blobVersionedHashes());
  }

  /**
   * An unsigned call, as geth's {@code eth_call} makes of its arguments: nonce 0, one price for cap
   * and tip.
   */
  public static Message call(
      Address from, @Nullable Address to, long gasLimit, UInt256 value, Bytes data) {
    return new Message(
        from,
        to,
        0,
        value,
        gasLimit,
        UInt256.ZERO,
        UInt256.ZERO,
        UInt256.ZERO,
        data,
        List.of(),
        null,
        List.of());
  }

  /** min(tip + base fee, cap), as EIP-1559 has it; the cap itself where there is no base fee. */
  public static UInt256 effectivePrice(UInt256 feeCap, UInt256 tipCap, @Nullable UInt256 baseFee) {
    if (baseFee == null) {
      return feeCap;
    }
    // A cap below the base fee is rejected later; the sum must only not wrap around here.
    UInt256 sum = tipCap.add(baseFee);
    boolean wrapped = sum.compareTo(tipCap) < 0;
    return wrapped || sum.compareTo(feeCap) > 0 ? feeCap : sum;
  }

  /** Blob gas bought. */
  public long blobGas() {
    return BlobGas.PER_BLOB * blobHashes.size();
  }
}
