/**
 * A load generator: many light clients over RLPx in one process.
 *
 * <p>Public types: {@link io.lesnode.benchmarks.load.LoadRun}, the command; {@link
 * io.lesnode.benchmarks.load.LoadClients}, a crowd of clients; {@link
 * io.lesnode.benchmarks.load.LoadGroup}, clients that behave alike; {@link
 * io.lesnode.benchmarks.load.RequestMix}, what they ask for.
 *
 * <p>Owner: one load loop owns all clients; connections live on shared channel loops.
 */
@NullMarked
package io.lesnode.benchmarks.load;

import org.jspecify.annotations.NullMarked;
