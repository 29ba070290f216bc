package io.lesnode.evm;

import io.lesnode.evm.TransactionRejectedException.Reason;
import io.lesnode.evm.gas.IntrinsicGas;
import io.lesnode.primitives.Address;
import io.lesnode.primitives.Transaction;
import io.lesnode.primitives.TransactionType;
import io.lesnode.primitives.config.Fork;
import java.math.BigInteger;
import org.apache.tuweni.units.bigints.UInt256;

/** What makes a transaction valid by itself under a fork, whatever the state and the block. */
public final class TransactionRules {
  /** Most bytes of init code (EIP-3860). */
  public static final int MAX_INITCODE_BYTES = 49152;

  private TransactionRules() {}

  /**
   * Checks that the fork has the type, and that the signature is for this chain and in the form the
   * fork wants (EIP-2, EIP-155). Cheap: recovers nothing.
   *
   * @param eip155 whether signatures may be bound to the chain yet
   */
  public static void checkSigning(Transaction tx, Fork fork, UInt256 chainId, boolean eip155)
      throws TransactionRejectedException {
    Fork since =
        switch (tx.type()) {
          case LEGACY -> Fork.FRONTIER;
          case ACCESS_LIST -> Fork.BERLIN;
          case DYNAMIC_FEE -> Fork.LONDON;
          case BLOB -> Fork.CANCUN;
        };
    if (!fork.isAtLeast(since)) {
      throw new TransactionRejectedException(Reason.TX_TYPE_NOT_SUPPORTED, "");
    }
    UInt256 boundTo = tx.chainId();
    if (boundTo != null && !(eip155 && boundTo.equals(chainId))) {
      throw new TransactionRejectedException(Reason.INVALID_CHAIN_ID, "");
    }
    if (fork.isAtLeast(Fork.HOMESTEAD) && !tx.hasLowS()) {
      throw new TransactionRejectedException(Reason.INVALID_SIGNATURE, "");
    }
  }

  /**
   * Checks everything that needs no state: {@link #checkSigning}, gas and fees that fit each other,
   * and the size of init code.
   *
   * @param eip155 whether signatures may be bound to the chain yet
   * @return the sender
   * @throws io.lesnode.primitives.InvalidSignatureException if no sender can be recovered
   */
  public static Address check(Transaction tx, Fork fork, UInt256 chainId, boolean eip155)
      throws TransactionRejectedException {
    checkSigning(tx, fork, chainId, eip155);
    if (tx.nonce() == -1) { // EIP-2681
      throw new TransactionRejectedException(Reason.NONCE_MAX, "");
    }
    long intrinsic = IntrinsicGas.of(tx.data(), tx.accessList(), tx.to() == null, fork);
    if (Long.compareUnsigned(tx.gasLimit(), intrinsic) < 0) {
      throw new TransactionRejectedException(
          Reason.INTRINSIC_GAS,
          "have " + Long.toUnsignedString(tx.gasLimit()) + ", want " + intrinsic);
    }
    checkInitcode(tx.to() == null, tx.data().size(), fork);
    boolean tips = tx.type() == TransactionType.DYNAMIC_FEE || tx.type() == TransactionType.BLOB;
    if (tips && tx.maxFeePerGas().compareTo(tx.maxPriorityFeePerGas()) < 0) {
      throw new TransactionRejectedException(Reason.TIP_ABOVE_FEE_CAP, "");
    }
    BigInteger most =
        tx.maxFeePerGas()
            .toUnsignedBigInteger()
            .multiply(new BigInteger(Long.toUnsignedString(tx.gasLimit())));
    if (most.bitLength() > 256) { // nobody can have that much
      throw new TransactionRejectedException(
          Reason.INSUFFICIENT_FUNDS, "gas times price does not fit 256 bits");
    }
    return tx.sender();
  }

  /** EIP-3860. */
  static void checkInitcode(boolean creates, int size, Fork fork)
      throws TransactionRejectedException {
    if (creates && fork.isAtLeast(Fork.SHANGHAI) && size > MAX_INITCODE_BYTES) {
      throw new TransactionRejectedException(
          Reason.MAX_INITCODE_SIZE, "code size " + size + " limit " + MAX_INITCODE_BYTES);
    }
  }
}
