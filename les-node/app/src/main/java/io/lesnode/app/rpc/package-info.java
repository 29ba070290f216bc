/**
 * JSON-RPC: the HTTP transport, the dispatcher, and the {@code eth}, {@code net}, {@code web3},
 * {@code admin}, {@code les}, {@code txpool}, {@code clique} and {@code rpc} methods over the port
 * {@link io.lesnode.app.rpc.EthBackend}, which a full node and a light client implement.
 *
 * <p>Public types: {@link io.lesnode.app.rpc.EthBackend}, {@link io.lesnode.app.rpc.NodeBackend},
 * {@link io.lesnode.app.rpc.RpcServer}, {@link io.lesnode.app.rpc.RpcMethods}. Threads: bytes are
 * handled on Netty event loops, every request runs on its own virtual thread and may block. Imports
 * nothing of {@code app.node} or {@code app.cli}.
 */
@NullMarked
package io.lesnode.app.rpc;

import org.jspecify.annotations.NullMarked;
