package io.lesnode.les.client;

/** Sanity of the credit terms that a server sends; everything from a server is hostile. */
final class CreditTerms {
  /** 2^53: far above every real limit, far below overflow in the credit arithmetic. */
  private static final long LIMIT = 1L << 53;

  private CreditTerms() {}

  /** Whether a client can live with them: some credit, and numbers that do not overflow. */
  static boolean isSane(long bufferLimit, long minRecharge) {
    return bufferLimit > 0 && bufferLimit <= LIMIT && minRecharge > 0 && minRecharge <= LIMIT;
  }
}
