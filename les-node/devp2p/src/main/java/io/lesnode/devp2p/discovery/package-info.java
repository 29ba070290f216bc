/**
 * Finding other nodes: discovery v4 and v5 on one UDP port, lists of nodes in DNS, and our own
 * signed record that others find.
 *
 * <p>Public types: {@link io.lesnode.devp2p.discovery.DiscoveryService} (one per node), {@link
 * io.lesnode.devp2p.discovery.DiscoveryConfig}, {@link
 * io.lesnode.devp2p.discovery.DiscoveryStatus}, {@link io.lesnode.devp2p.discovery.LocalRecord},
 * {@link io.lesnode.devp2p.discovery.NodeSource}.
 *
 * <p>Owner threads: the discovery loop, a Netty event loop of its own, has the socket, the tables
 * and the sessions; a virtual thread walks DNS. Public methods may be called from any thread.
 */
@NullMarked
package io.lesnode.devp2p.discovery;

import org.jspecify.annotations.NullMarked;
