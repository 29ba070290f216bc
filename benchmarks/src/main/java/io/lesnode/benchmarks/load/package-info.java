/**
 * A load generator: many light clients over RLPx in one process, against any LES server.
 *
 * <p>Public types: {@link io.lesnode.benchmarks.load.LoadPlan}, what is to be run; {@link
 * io.lesnode.benchmarks.load.LoadRun}, which runs it; {@link
 * io.lesnode.benchmarks.load.LoadResult}, what it measured; {@link
 * io.lesnode.benchmarks.load.LoadProgress}, who is told meanwhile; {@link
 * io.lesnode.benchmarks.load.LoadGroup}, clients that behave alike; {@link
 * io.lesnode.benchmarks.load.RequestMix}, what they ask for; {@link
 * io.lesnode.benchmarks.load.LoadClients}, a crowd without a plan, also of idle clients.
 *
 * <p>Owner: each load loop owns its clients, connections and counts.
 */
@NullMarked
package io.lesnode.benchmarks.load;

import org.jspecify.annotations.NullMarked;
