/**
 * What a pool decides (docs/pool.md): {@link io.lesnode.vipnode.pool.PoolMachine} takes messages of
 * members and time, and answers with {@link io.lesnode.vipnode.pool.PoolDecision}s. {@link
 * io.lesnode.vipnode.pool.HostBook} knows the hosts and finds the best for a client; {@link
 * io.lesnode.vipnode.pool.Pairing} is the account of one client at one host, in intervals that both
 * sign; {@link io.lesnode.vipnode.pool.UsageMeter} and {@link io.lesnode.vipnode.pool.UsageWitness}
 * are what a host states and what a client signs.
 *
 * <p>Value machines: time is an argument, nothing here touches a network, a disk, a clock or a
 * thread. Each object is confined to the loop of its driver.
 */
@NullMarked
package io.lesnode.vipnode.pool;

import org.jspecify.annotations.NullMarked;
