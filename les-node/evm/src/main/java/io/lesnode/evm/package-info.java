/**
 * The Ethereum virtual machine as the rest of the node sees it: {@link
 * io.lesnode.evm.TransactionExecutor} applies a transaction to a {@link
 * io.lesnode.evm.state.JournaledState}, {@link io.lesnode.evm.CallExecutor} answers a call without
 * applying it.
 *
 * <p>Every type here is either immutable or confined to the thread that calls it; nothing blocks
 * except a state read. Must not import the chain, network or application modules.
 */
@NullMarked
package io.lesnode.evm;

import org.jspecify.annotations.NullMarked;
