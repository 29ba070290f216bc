/**
 * The buyer: what a light client asks, believes and pays. Pure value machines, with time as an
 * argument: messages and outcomes in, actions out; no network, disk, clock, thread or logging.
 *
 * <p>{@link io.lesnode.vipnode.client.Buyer} deals with one server, {@link
 * io.lesnode.vipnode.client.Buyers} with all of them, and {@link io.lesnode.vipnode.client.Budget}
 * keeps the user's limits whatever the servers say. Confined to one owner, in production the
 * client's vip loop.
 */
@NullMarked
package io.lesnode.vipnode.client;

import org.jspecify.annotations.NullMarked;
