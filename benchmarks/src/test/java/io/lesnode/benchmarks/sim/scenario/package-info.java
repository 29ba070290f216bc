/** Tests of how scenarios are read and written. */
@NullMarked
package io.lesnode.benchmarks.sim.scenario;

import org.jspecify.annotations.NullMarked;
