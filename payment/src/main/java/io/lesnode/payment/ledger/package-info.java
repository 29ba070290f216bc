/**
 * The books: double entry, in wei and in service tokens, in one durable batch with the proofs that
 * they rest on. {@link io.lesnode.payment.ledger.LedgerBatch} is what payment methods see; {@link
 * io.lesnode.payment.ledger.AccountId} names the accounts. Confined to the ledger loop.
 */
@NullMarked
package io.lesnode.payment.ledger;

import org.jspecify.annotations.NullMarked;
