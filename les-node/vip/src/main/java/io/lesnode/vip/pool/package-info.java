/**
 * Pools on connections (docs/pool.md): {@link io.lesnode.vip.pool.PoolNode} is a pool, {@link
 * io.lesnode.vip.pool.HostMembership} and {@link io.lesnode.vip.pool.ClientMembership} are the
 * connections of a server and of a light client with one, which {@link
 * io.lesnode.vip.pool.PoolRouting} puts beside their other peers. Each of the three has one loop
 * that owns its state ({@link io.lesnode.vip.pool.OwnerLoop}); what blocks, as signing and paying,
 * runs on virtual threads.
 */
@NullMarked
package io.lesnode.vip.pool;

import org.jspecify.annotations.NullMarked;
