/**
 * The selling side of vip/1 as value machines: messages, the client pool's figures and time go in,
 * steps come out. Whoever drives them has the network, the books and the pool.
 *
 * <p>Public types: {@link io.lesnode.vipnode.server.Sale} (one client of one connection, its {@link
 * io.lesnode.vipnode.server.SaleState} and {@link io.lesnode.vipnode.server.SaleStep}s), {@link
 * io.lesnode.vipnode.server.SaleSettings}, {@link io.lesnode.vipnode.server.TrialBook} (free trials
 * by network), {@link io.lesnode.vipnode.server.MessageBudget} (how many messages a peer may send),
 * {@link io.lesnode.vipnode.server.TokenShop} (the market with the quotes that bind it), {@link
 * io.lesnode.vipnode.server.ReceiptCache} (the answers to repeated payments).
 *
 * <p>Everything is confined to the thread of its owner, the ledger loop of a server; a {@code
 * MessageBudget} to that of its connection. The states are in docs/vip.md, "State machine".
 */
@NullMarked
package io.lesnode.vipnode.server;

import org.jspecify.annotations.NullMarked;
