/**
 * Finding light servers: joins the discovery of devp2p to the server pool.
 *
 * <p>Public type: {@link io.lesnode.les.client.discovery.DiscoveredServers}. Thread-safe; what it
 * finds is told on the discovery loop.
 */
@NullMarked
package io.lesnode.les.client.discovery;

import org.jspecify.annotations.NullMarked;
