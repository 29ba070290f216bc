/**
 * Paying through a pool (docs/pool.md): a client has one deposit, at the pool, and a host is paid
 * by the pool, so that N clients and M hosts need N + M deposits. {@link
 * io.lesnode.payment.hub.HubMethod} is what a host accepts, the pool's grants; {@link
 * io.lesnode.payment.hub.HubPayer} shows them for a client; {@link io.lesnode.payment.hub.HubBooks}
 * are the pool's books of what both sides signed. Confined to the ledger loop, the payer to its
 * virtual thread.
 */
@NullMarked
package io.lesnode.payment.hub;

import org.jspecify.annotations.NullMarked;
