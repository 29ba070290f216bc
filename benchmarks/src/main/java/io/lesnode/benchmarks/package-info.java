/** Benchmarks, load generator and simulator over the whole node. */
@NullMarked
package io.lesnode.benchmarks;

import org.jspecify.annotations.NullMarked;
