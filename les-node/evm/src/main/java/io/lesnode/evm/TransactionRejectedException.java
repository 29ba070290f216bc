package io.lesnode.evm;

/**
 * The state transition refused a message before executing any of it: a block with it is invalid, a
 * pool must not keep it, a call fails. The state is as it was.
 */
public final class TransactionRejectedException extends Exception {

  private final Reason reason;

  /** With details after {@code reason}'s text, which may be empty. */
  public TransactionRejectedException(Reason reason, String details) {
    super(details.isEmpty() ? reason.text() : reason.text() + ": " + details);
    this.reason = reason;
  }

  /** Which rule refused it. */
  public Reason reason() {
    return reason;
  }

  /** The rules, with geth's wording ({@code core/error.go}). */
  public enum Reason {
    /** The sender has already used the nonce. */
    NONCE_TOO_LOW("nonce too low"),
    /** The sender has not yet used the nonce before. */
    NONCE_TOO_HIGH("nonce too high"),
    /** The sender's nonce cannot grow (EIP-2681). */
    NONCE_MAX("nonce has max value"),
    /** The sender is a contract (EIP-3607). */
    SENDER_NO_EOA("sender not an eoa"),
    /** Tip above cap (EIP-1559). */
    TIP_ABOVE_FEE_CAP("max priority fee per gas higher than max fee per gas"),
    /** Cap below the base fee (EIP-1559). */
    FEE_CAP_TOO_LOW("max fee per gas less than block base fee"),
    /** The balance does not cover gas and value. */
    INSUFFICIENT_FUNDS("insufficient funds for gas * price + value"),
    /** The balance left after buying gas does not cover the value. */
    INSUFFICIENT_FUNDS_FOR_TRANSFER("insufficient funds for transfer"),
    /** The block has not enough gas left. */
    GAS_LIMIT_REACHED("gas limit reached"),
    /** The gas limit is below what the message costs before any code runs. */
    INTRINSIC_GAS("intrinsic gas too low"),
    /** The intrinsic gas does not fit 64 bits. */
    GAS_UINT_OVERFLOW("gas uint64 overflow"),
    /** Init code longer than EIP-3860 allows. */
    MAX_INITCODE_SIZE("max initcode size exceeded"),
    /** A transaction type that the fork does not have. */
    TX_TYPE_NOT_SUPPORTED("transaction type not supported"),
    /** A signature for another chain, or bound to one before EIP-155. */
    INVALID_CHAIN_ID("invalid chain id for signer"),
    /** A signature in its malleable form (EIP-2). */
    INVALID_SIGNATURE("invalid transaction v, r, s values"),
    /** Blob fee cap below the blob base fee (EIP-4844). */
    BLOB_FEE_CAP_TOO_LOW("max fee per blob gas less than block blob gas fee"),
    /** A blob transaction without blobs (EIP-4844). */
    BLOB_MISSING_HASHES("blob transaction missing blob hashes"),
    /** More blobs than a block may have (EIP-4844). */
    BLOB_TOO_MANY("blob transaction has too many blobs"),
    /** A blob transaction that creates a contract (EIP-4844). */
    BLOB_CREATE("blob transaction of type create"),
    /** A versioned hash with an unknown version (EIP-4844). */
    BLOB_HASH_VERSION("blob hash version mismatch");

    private final String text;

    Reason(String text) {
      this.text = text;
    }

    /** geth's words. */
    public String text() {
      return text;
    }
  }
}
