package io.lesnode.rpc;

import java.time.Duration;

/**
 * Bounds on what callers may use; everything from a caller is hostile.
 *
 * @param maxBodyBytes largest request: an HTTP body, WebSocket message or JSON text over IPC; 5 MiB
 *     as geth's maxRequestContentLength
 * @param maxBatchItems most requests in one batch; 1000 as geth since v1.13 (v1.10.26 has no limit)
 * @param maxBatchResponseBytes largest answer of a batch; 25 MB as geth since v1.13
 * @param maxConnections open connections; further ones are closed at once
 * @param maxConcurrent requests executed at the same time; the others wait their turn
 * @param maxPipelined messages of one WebSocket or IPC connection that are answered at the same
 *     time; the next ones are not read before
 * @param maxSubscriptions subscriptions of one connection
 * @param maxQueuedNotifications notifications of one connection that have not left; with more the
 *     caller reads too slowly and is dropped
 * @param requestTimeout from the first byte of a request to its last; 30 s as geth's ReadTimeout
 * @param idleTimeout between requests on a kept-alive connection; 120 s as geth's IdleTimeout
 * @param writeTimeout for an answer to leave; 30 s as geth's WriteTimeout
 */
public record RpcLimits(
    int maxBodyBytes,
    int maxBatchItems,
    int maxBatchResponseBytes,
    int maxConnections,
    int maxConcurrent,
    int maxPipelined,
    int maxSubscriptions,
    int maxQueuedNotifications,
    Duration requestTimeout,
    Duration idleTimeout,
    Duration writeTimeout) {

  /** The limits of a node. */
  public static RpcLimits standard() {
    return new RpcLimits(
        5 << 20,
        1000,
        25_000_000,
        256,
        32,
        16,
        64,
        1024,
        Duration.ofSeconds(30),
        Duration.ofSeconds(120),
        Duration.ofSeconds(30));
  }
}
