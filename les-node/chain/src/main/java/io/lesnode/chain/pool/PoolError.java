package io.lesnode.chain.pool;

/**
 * Why a pool refused a transaction. The texts are geth's (core/tx_pool.go, core/error.go): they
 * travel in the transaction status of LES and in JSON-RPC errors, and wallets match on them.
 */
public enum PoolError {
  /** It is in the pool. */
  ALREADY_KNOWN("already known"),
  /** The signature recovers to nobody, or is for another chain. */
  INVALID_SENDER("invalid sender"),
  /** Its tip is below the pool's minimum, or the pool is full of better ones. */
  UNDERPRICED("transaction underpriced"),
  /** The pool is full and this one may not push others out. */
  POOL_FULL("txpool is full"),
  /** One with the same nonce is there and this one does not pay enough more. */
  REPLACEMENT_UNDERPRICED("replacement transaction underpriced"),
  /** It asks for more gas than a block has. */
  EXCEEDS_BLOCK_GAS_LIMIT("exceeds block gas limit"),
  /** It is larger than 128 KiB. */
  OVERSIZED_DATA("oversized data"),
  /** Its type is not in force yet, or is one that this pool does not take. */
  TYPE_NOT_SUPPORTED("transaction type not supported"),
  /** Its tip is above its cap. */
  TIP_ABOVE_FEE_CAP("max priority fee per gas higher than max fee per gas"),
  /** The account has used that nonce. */
  NONCE_TOO_LOW("nonce too low"),
  /** The balance does not cover gas and value. */
  INSUFFICIENT_FUNDS("insufficient funds for gas * price + value"),
  /** Its gas does not even pay for its bytes. */
  INTRINSIC_GAS("intrinsic gas too low"),
  /** Its creation code is longer than 49,152 bytes (EIP-3860). */
  MAX_INITCODE_SIZE("max initcode size exceeded");

  private final String text;

  PoolError(String text) {
    this.text = text;
  }

  /** Returns geth's words. */
  public String text() {
    return text;
  }
}
