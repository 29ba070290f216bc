/**
 * Our programs beside geth's on one chain, in one run, alternating: {@code les bench compare}.
 *
 * <p>Public types: {@link io.lesnode.benchmarks.compare.CompareSettings}, what to compare; {@link
 * io.lesnode.benchmarks.compare.CompareRun}, which does it.
 *
 * <p>Owner: the thread of the command. Child processes belong to one {@code Children}, which ends
 * them however the command ends.
 */
@NullMarked
package io.lesnode.benchmarks.compare;

import org.jspecify.annotations.NullMarked;
