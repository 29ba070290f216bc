/**
 * The books in a RocksDB directory of their own: {@link io.lesnode.payment.rocks.RocksLedgerStore}.
 * Reads from any thread, writes from the ledger loop.
 */
@NullMarked
package io.lesnode.payment.rocks;

import org.jspecify.annotations.NullMarked;
