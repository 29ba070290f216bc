/**
 * Ethereum's state on tries: accounts, their storage and their code at one state root.
 *
 * <p>Public types: {@link io.lesnode.chain.state.TrieState} reads a state and commits what a block
 * changed, {@link io.lesnode.chain.state.StateSource} is the port to whatever holds the nodes,
 * {@link io.lesnode.chain.state.StateCommit} is what a store is given, {@link
 * io.lesnode.chain.state.GenesisState} makes the first state. States are confined to one thread.
 */
@NullMarked
package io.lesnode.chain.state;

import org.jspecify.annotations.NullMarked;
