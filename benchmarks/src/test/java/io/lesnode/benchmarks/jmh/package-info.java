/** Tests of the command that runs JMH, and of some benchmarks so that they cannot rot. */
@NullMarked
package io.lesnode.benchmarks.jmh;

import org.jspecify.annotations.NullMarked;
