/**
 * Transactions of our own: {@link io.lesnode.payment.transactions.Transactor} gives nonces, sends,
 * sends again, pays more when it takes too long, and tells when something is final; {@link
 * io.lesnode.payment.transactions.SettlementRunner} brings money home with it, each payer's once.
 *
 * <p>Confined to the thread that owns the ledger: the ledger loop of a server, the payer thread of
 * a client. Everything survives a crash between any two steps.
 */
@NullMarked
package io.lesnode.payment.transactions;

import org.jspecify.annotations.NullMarked;
