package io.lesnode.chain.pool;

import io.lesnode.primitives.AccessListEntry;
import io.lesnode.primitives.Account;
import io.lesnode.primitives.Address;
import io.lesnode.primitives.InvalidSignatureException;
import io.lesnode.primitives.Transaction;
import io.lesnode.primitives.TransactionType;
import io.lesnode.primitives.config.ChainConfig;
import io.lesnode.primitives.config.Fork;
import java.math.BigInteger;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.units.bigints.UInt256;
import org.jspecify.annotations.Nullable;

/**
 * What makes a transaction acceptable, in the order in which geth asks. Stateless. The pool asks
 * all of it; a light client asks {@link #lightFault} before it sends.
 *
 * <p>Reference: geth core/tx_pool.go validateTx, core/state_transition.go IntrinsicGas.
 */
public final class TransactionValidator {
  /** The largest transaction that pools take; encoded. */
  public static final int MAX_TRANSACTION_BYTES = 128 * 1024;

  private static final int MAX_INITCODE_BYTES = 2 * 24_576;

  private TransactionValidator() {}

  /** Checks the signature alone, so that a bad one costs no lock. */
  public static boolean hasValidSender(ChainConfig config, Transaction transaction) {
    UInt256 chainId = transaction.chainId();
    boolean protects = transaction.type() != TransactionType.LEGACY || chainId != null;
    if (protects
        && (!config.chainId().equals(chainId)
            || (transaction.type() == TransactionType.LEGACY && config.eip155Block() == null))) {
      return false;
    }
    if (!transaction.hasLowS()) {
      return false;
    }
    try {
      transaction.sender();
      return true;
    } catch (InvalidSignatureException unrecoverable) {
      return false;
    }
  }

  /**
   * What a light client has against a transaction before it sends it, or null; the signature is
   * checked before with {@link #hasValidSender}.
   *
   * <p>Reference: geth light/txpool.go validateTx.
   *
   * @param fork the rules of the next block
   * @param account the sender's account at the head; null is one that does not exist
   */
  public static @Nullable PoolError lightFault(
      Transaction transaction, Fork fork, long blockGasLimit, @Nullable Account account) {
    PoolError byAccount = checkAccount(transaction, fork, account);
    if (byAccount == PoolError.NONCE_TOO_LOW) {
      return byAccount;
    }
    PoolError byForm = checkForm(transaction, fork, blockGasLimit, null);
    return byForm != null ? byForm : byAccount;
  }

  /**
   * Whether a transaction pays enough more than one of the same sender and nonce to take its place:
   * cap and tip are both higher, by so many percent at least.
   */
  public static boolean replaces(Transaction transaction, Transaction standing, int bumpPercent) {
    return new PooledTransaction(standing, Address.ZERO).isReplacedBy(transaction, bumpPercent);
  }

  /** Checks all that does not depend on the sender's account. */
  static @Nullable PoolError checkForm(
      Transaction transaction, Fork fork, long blockGasLimit, @Nullable UInt256 leastTipWei) {
    if (!isSupported(transaction.type(), fork)) {
      return PoolError.TYPE_NOT_SUPPORTED;
    }
    if (transaction.encoded().size() > MAX_TRANSACTION_BYTES) {
      return PoolError.OVERSIZED_DATA;
    }
    if (fork.isAtLeast(Fork.SHANGHAI)
        && transaction.to() == null
        && transaction.data().size() > MAX_INITCODE_BYTES) {
      return PoolError.MAX_INITCODE_SIZE;
    }
    if (Long.compareUnsigned(blockGasLimit, transaction.gasLimit()) < 0) {
      return PoolError.EXCEEDS_BLOCK_GAS_LIMIT;
    }
    UInt256 tipCap = PooledTransaction.tipCap(transaction);
    if (PooledTransaction.feeCap(transaction).compareTo(tipCap) < 0) {
      return PoolError.TIP_ABOVE_FEE_CAP;
    }
    return leastTipWei != null && tipCap.compareTo(leastTipWei) < 0 ? PoolError.UNDERPRICED : null;
  }

  /** Checks against the sender's account on the head; null is an account that does not exist. */
  static @Nullable PoolError checkAccount(
      Transaction transaction, Fork fork, @Nullable Account account) {
    long nonce = account == null ? 0 : account.nonce();
    if (Long.compareUnsigned(nonce, transaction.nonce()) > 0) {
      return PoolError.NONCE_TOO_LOW;
    }
    BigInteger balance =
        account == null ? BigInteger.ZERO : account.balance().toUnsignedBigInteger();
    if (balance.compareTo(PooledTransaction.cost(transaction)) < 0) {
      return PoolError.INSUFFICIENT_FUNDS;
    }
    return Long.compareUnsigned(transaction.gasLimit(), intrinsicGas(transaction, fork)) < 0
        ? PoolError.INTRINSIC_GAS
        : null;
  }

  /**
   * Differs from geth: blob transactions are refused at every fork, for their blobs travel outside
   * of the chain and nothing here could relay them (geth 1.10 does not know them).
   */
  private static boolean isSupported(TransactionType type, Fork fork) {
    return switch (type) {
      case LEGACY -> true;
      case ACCESS_LIST -> fork.isAtLeast(Fork.BERLIN);
      case DYNAMIC_FEE -> fork.isAtLeast(Fork.LONDON);
      case BLOB -> false;
    };
  }

  /** Returns the gas that a transaction costs before any code runs; at most 128 KiB of data. */
  static long intrinsicGas(Transaction transaction, Fork fork) {
    boolean creates = transaction.to() == null;
    // geth's pool counts a creation by Homestead's price at every fork
    long gas = creates ? 53_000 : 21_000;
    Bytes data = transaction.data();
    long nonZero = 0;
    for (int i = 0; i < data.size(); i++) {
      nonZero += data.get(i) == 0 ? 0 : 1;
    }
    gas += nonZero * (fork.isAtLeast(Fork.ISTANBUL) ? 16 : 68) + (data.size() - nonZero) * 4;
    if (creates && fork.isAtLeast(Fork.SHANGHAI)) {
      gas += (data.size() + 31) / 32 * 2L;
    }
    for (AccessListEntry entry : transaction.accessList()) {
      gas += 2400 + 1900L * entry.storageKeys().size();
    }
    return gas;
  }
}
