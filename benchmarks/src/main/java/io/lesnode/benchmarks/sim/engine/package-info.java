/**
 * The deterministic engine of the simulator: the real LES server, credit estimates of real clients,
 * and a network between them, on one thread and virtual time (docs/simulator.md).
 *
 * <p>Public types: {@link io.lesnode.benchmarks.sim.engine.Simulation} runs a scenario; {@link
 * io.lesnode.benchmarks.sim.engine.SimExtension} adds what a scenario has besides LES, for example
 * money, by way of {@link io.lesnode.benchmarks.sim.engine.SimWorld}, {@link
 * io.lesnode.benchmarks.sim.engine.SimClient}, {@link
 * io.lesnode.benchmarks.sim.engine.SimConnection} and {@link
 * io.lesnode.benchmarks.sim.engine.ClientBehaviour}.
 *
 * <p>Owner: a run is confined to the thread that calls it; runs share nothing. No wall clock, no
 * order of a hash table and no mathematics that may differ between machines decides anything.
 */
@NullMarked
package io.lesnode.benchmarks.sim.engine;

import org.jspecify.annotations.NullMarked;
