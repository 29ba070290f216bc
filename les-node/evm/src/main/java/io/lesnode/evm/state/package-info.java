/**
 * World state as transactions see it: {@link io.lesnode.evm.state.StateReader} is the port to
 * committed state, {@link io.lesnode.evm.state.JournaledState} the mutable view with snapshots, and
 * {@link io.lesnode.evm.state.StateChanges} what the trie layer commits afterwards.
 *
 * <p>A journaled state belongs to the one thread that executes on it.
 */
@NullMarked
package io.lesnode.evm.state;

import org.jspecify.annotations.NullMarked;
