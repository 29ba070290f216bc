/** Tests of the commands that measure. */
@NullMarked
package io.lesnode.benchmarks.cli;

import org.jspecify.annotations.NullMarked;
