/** Tests of the slow link. */
@NullMarked
package io.lesnode.benchmarks.light;

import org.jspecify.annotations.NullMarked;
