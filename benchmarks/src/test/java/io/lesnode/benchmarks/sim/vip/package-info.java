/** Tests of money on virtual time. */
@NullMarked
package io.lesnode.benchmarks.sim.vip;

import org.jspecify.annotations.NullMarked;
