/** Tests of what is said about the machine. */
@NullMarked
package io.lesnode.benchmarks.machine;

import org.jspecify.annotations.NullMarked;
