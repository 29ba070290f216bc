/**
 * The transports of JSON-RPC: HTTP, WebSocket, IPC and the authenticated port, with their limits on
 * who may call and how much. The methods are in {@link io.lesnode.rpc}.
 *
 * <p>Public type: {@link io.lesnode.app.rpc.RpcServer}. Threads: bytes are handled on Netty event
 * loops, every request runs on its own virtual thread and may block. Imports nothing of {@code
 * app.node} or {@code app.cli}.
 */
@NullMarked
package io.lesnode.app.rpc;

import org.jspecify.annotations.NullMarked;
