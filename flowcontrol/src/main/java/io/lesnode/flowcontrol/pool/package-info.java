/**
 * The server's client management: who may be active, with how much capacity, and who pays for it.
 *
 * <p>{@link io.lesnode.flowcontrol.pool.ClientPool} is the whole of it seen from outside: clients
 * register and are served as {@link io.lesnode.flowcontrol.pool.PoolClient}s, balances that expire
 * ({@link io.lesnode.flowcontrol.pool.ExpiredValue}, {@link io.lesnode.flowcontrol.pool.Expirer})
 * become priorities, priorities become capacity, and every change of a stored balance is handed out
 * as {@link io.lesnode.flowcontrol.pool.Changes}.
 *
 * <p>Owner: the node loop. Time is an argument; nothing here has a thread, a clock or a disk.
 * Imports the JDK only. Floating point appears where geth's own does and recorded runs of geth
 * demand it.
 */
@NullMarked
package io.lesnode.flowcontrol.pool;

import org.jspecify.annotations.NullMarked;
