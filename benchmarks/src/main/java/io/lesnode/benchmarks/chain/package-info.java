/**
 * The chain that benchmarks of the store, the tries, the machine and the server read from.
 *
 * <p>Public type: {@link io.lesnode.benchmarks.chain.MeasuredChain}.
 *
 * <p>Owner: the thread of the benchmark.
 */
@NullMarked
package io.lesnode.benchmarks.chain;

import org.jspecify.annotations.NullMarked;
