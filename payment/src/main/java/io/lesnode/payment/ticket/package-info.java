/**
 * Probabilistic tickets (docs/vip.md, "Tickets"; after Livepeer and Orchid): a payer signs tickets
 * of which a few win their face value and the others nothing, so that many small payments cost a
 * few redemptions, and any payee can be paid from one escrow. {@link
 * io.lesnode.payment.ticket.TicketReceiver} and {@link io.lesnode.payment.ticket.TicketSender} are
 * value machines: block numbers and escrows come in as arguments.
 *
 * <p><b>No contract here redeems tickets</b>, so no server offers the method: what there is decides
 * which tickets are good and which have won.
 */
@NullMarked
package io.lesnode.payment.ticket;

import org.jspecify.annotations.NullMarked;
