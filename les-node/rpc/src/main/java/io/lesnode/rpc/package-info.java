/**
 * JSON-RPC without a transport: the dispatcher, and the {@code eth}, {@code net}, {@code web3},
 * {@code admin}, {@code les}, {@code txpool}, {@code clique} and {@code rpc} methods over the port
 * {@link io.lesnode.rpc.EthBackend}, which a full node and a light client implement.
 *
 * <p>Public types: {@link io.lesnode.rpc.EthBackend}, {@link io.lesnode.rpc.NodeBackend}, {@link
 * io.lesnode.rpc.RpcMethods}, {@link io.lesnode.rpc.RpcDispatcher}, {@link
 * io.lesnode.rpc.RpcSession}. Threads: every request runs on a thread of its own, usually a virtual
 * one, and may block. Imports no socket.
 */
@NullMarked
package io.lesnode.rpc;

import org.jspecify.annotations.NullMarked;
