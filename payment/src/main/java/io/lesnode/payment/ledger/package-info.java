/**
 * The books: double entry, in wei and in service tokens, in one durable batch with the proofs that
 * they rest on. {@link io.lesnode.payment.ledger.Ledger} is opened on a {@link
 * io.lesnode.payment.ledger.LedgerStore}; {@link io.lesnode.payment.ledger.LedgerBatch} is what
 * payment methods see; {@link io.lesnode.payment.ledger.AccountId} names the accounts; {@link
 * io.lesnode.payment.ledger.Bookkeeping} has the movements of money and tokens; {@link
 * io.lesnode.payment.ledger.LedgerHistory} tells what happened and how the accounts stand. Confined
 * to the ledger loop, but for the history.
 */
@NullMarked
package io.lesnode.payment.ledger;

import org.jspecify.annotations.NullMarked;
