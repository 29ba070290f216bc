/**
 * What a simulation is told and what it tells: the records of a scenario and of a result, and the
 * YAML that scenarios are written in (docs/simulator.md).
 *
 * <p>Public types: {@link io.lesnode.benchmarks.sim.scenario.Scenario} and the records it is made
 * of, {@link io.lesnode.benchmarks.sim.scenario.SimResult} with its series, figures and latencies,
 * and {@link io.lesnode.benchmarks.sim.scenario.SimEngine}, which makes the one from the other.
 *
 * <p>Owner: everything here is immutable or confined to the thread that reads a file.
 */
@NullMarked
package io.lesnode.benchmarks.sim.scenario;

import org.jspecify.annotations.NullMarked;
