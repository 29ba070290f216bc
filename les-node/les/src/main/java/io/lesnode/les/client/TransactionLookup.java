package io.lesnode.les.client;

import io.lesnode.primitives.Transaction;

/** What is known of a transaction. Immutable. */
public sealed interface TransactionLookup {

  /** It is in a block of our chain; verified. */
  record Included(IncludedTransaction transaction) implements TransactionLookup {}

  /** It was sent from here and is in no block yet, as far as we know. */
  record Pending(Transaction transaction) implements TransactionLookup {}

  /**
   * A server says that it waits in its pool. Nothing proves that.
   *
   * @param server short name of the server
   * @param executable whether it could be in the next block; else one with an earlier nonce is
   *     missing
   */
  record InPool(String server, boolean executable) implements TransactionLookup {}

  /**
   * No server that has an index of transactions knows it.
   *
   * @param servers how many of those are connected
   * @param indexedSince first block that one of them has in its index; 0 is all of the chain. An
   *     older block may hold the transaction
   */
  record Unknown(int servers, long indexedSince) implements TransactionLookup {}
}
