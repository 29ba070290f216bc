/**
 * Which servers to connect to and when to dial them.
 *
 * <p>Public types: {@link io.lesnode.les.client.pool.ServerPool}, the value machine that the client
 * loop drives; {@link io.lesnode.les.client.pool.ServerSource}, where servers are found; {@link
 * io.lesnode.les.client.pool.ServerSelection}, the strategy that picks the next one; {@link
 * io.lesnode.les.client.pool.ServerPrices}, what they cost. No clock, disk, socket or thread
 * inside. Reference: les.md 5.3; geth v1.10.26, les/vflux/client/serverpool.go.
 */
@NullMarked
package io.lesnode.les.client.pool;

import org.jspecify.annotations.NullMarked;
