/**
 * Money on virtual time: {@link io.lesnode.benchmarks.sim.vip.Marketplace} is the real vip server
 * with its books, {@link io.lesnode.benchmarks.sim.vip.PayingClient} are buyers by strategy. An
 * engine gives them time ({@link io.lesnode.vip.VipHost}), connections, and what a client sees of
 * its service ({@link io.lesnode.benchmarks.sim.vip.ServiceSeen}). Everything is confined to the
 * thread of a run.
 */
@NullMarked
package io.lesnode.benchmarks.sim.vip;

import org.jspecify.annotations.NullMarked;
