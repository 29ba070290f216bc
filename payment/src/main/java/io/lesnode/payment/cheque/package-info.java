/**
 * Cumulative cheques: a payer puts ether aside for one payee in an account book on chain and signs,
 * payment by payment, a larger total; the payee needs only the newest (docs/vip.md, "Cheques").
 *
 * <p>{@link io.lesnode.payment.cheque.ChequeMethod} receives, {@link
 * io.lesnode.payment.cheque.ChequePayer} pays. {@link io.lesnode.payment.cheque.AccountBook} is the
 * contract as both see it: {@link io.lesnode.payment.cheque.AccountBook2}, or the first one of
 * go-ethereum PR 20417, {@link io.lesnode.payment.cheque.OriginalAccountBook}, for compatibility.
 *
 * <p>The receiving side is confined to the ledger loop, the paying side to one virtual thread.
 */
@NullMarked
package io.lesnode.payment.cheque;

import org.jspecify.annotations.NullMarked;
