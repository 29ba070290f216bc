/** Tests of the simulator's engine. */
@NullMarked
package io.lesnode.benchmarks.sim.engine;

import org.jspecify.annotations.NullMarked;
