/**
 * JSON-RPC answered by a light client: every answer is fetched from servers and verified.
 *
 * <p>Public type: {@link io.lesnode.rpc.light.LightEthBackend}. Any thread; calls wait for the
 * network.
 */
@NullMarked
package io.lesnode.rpc.light;

import org.jspecify.annotations.NullMarked;
