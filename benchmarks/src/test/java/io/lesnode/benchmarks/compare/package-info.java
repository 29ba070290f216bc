/** Tests of the comparison with geth. */
@NullMarked
package io.lesnode.benchmarks.compare;

import org.jspecify.annotations.NullMarked;
