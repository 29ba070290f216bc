/**
 * The laboratory around the engine: runs of scenarios and sweeps with their files and reports, the
 * library of scenarios, and the replay of recorded traces (docs/simulator.md).
 *
 * <p>Public types: {@link io.lesnode.benchmarks.sim.lab.ScenarioLibrary}, {@link
 * io.lesnode.benchmarks.sim.lab.SimRuns}, {@link io.lesnode.benchmarks.sim.lab.SweepRuns}, {@link
 * io.lesnode.benchmarks.sim.lab.SweepMerge} and {@link io.lesnode.benchmarks.sim.lab.Replays},
 * which the command line calls.
 *
 * <p>Owner: one thread for each run; results are handed to the calling thread, which writes files.
 */
@NullMarked
package io.lesnode.benchmarks.sim.lab;

import org.jspecify.annotations.NullMarked;
