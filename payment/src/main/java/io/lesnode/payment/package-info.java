/**
 * Paying for service: the ports that a payment method implements on the side of the one who is paid
 * ({@link io.lesnode.payment.PaymentMethod}) and of the one who pays ({@link
 * io.lesnode.payment.Payer}), what both see of a chain ({@link io.lesnode.payment.ChainView}), and
 * who signs ({@link io.lesnode.payment.Signer}). Methods have packages of their own; {@code ledger}
 * keeps the books.
 *
 * <p>The receiving side is confined to the ledger loop; the paying side blocks and is called on
 * virtual threads, one at a time. Money is in wei: {@link org.apache.tuweni.units.bigints.UInt256}
 * where it cannot be negative. Nothing here uses a network.
 */
@NullMarked
package io.lesnode.payment;

import org.jspecify.annotations.NullMarked;
