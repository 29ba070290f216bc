/**
 * Runs the JMH benchmarks of this module: {@code les bench jmh}.
 *
 * <p>Public types: {@link io.lesnode.benchmarks.jmh.JmhSettings} what to run and where results go,
 * {@link io.lesnode.benchmarks.jmh.JmhRun} runs it, {@link io.lesnode.benchmarks.jmh.Suite} which
 * benchmarks there are. The benchmarks themselves are in the packages beside this one, by subject.
 *
 * <p>Owner: the thread of the command.
 */
@NullMarked
package io.lesnode.benchmarks.jmh;

import org.jspecify.annotations.NullMarked;
