/** Tests of runs, sweeps, the library and the replay of traces. */
@NullMarked
package io.lesnode.benchmarks.sim.lab;

import org.jspecify.annotations.NullMarked;
