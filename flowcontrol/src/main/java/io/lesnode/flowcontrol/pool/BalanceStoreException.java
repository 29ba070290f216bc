package io.lesnode.flowcontrol.pool;

/**
 * The stored balances cannot be read. They are not guessed: tokens are other people's money. The
 * message names the record and says what to do.
 */
public final class BalanceStoreException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  BalanceStoreException(String message) {
    super(message);
  }
}
