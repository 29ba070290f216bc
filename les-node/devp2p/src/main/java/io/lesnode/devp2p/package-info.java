/**
 * Peer-to-peer connections: RLPx transport, the {@code p2p} base protocol, capability multiplexing,
 * dialling and admission.
 *
 * <p>Public types: {@link io.lesnode.devp2p.P2pServer} (one per node), {@link
 * io.lesnode.devp2p.P2pConfig}, {@link io.lesnode.devp2p.Enode}, {@link io.lesnode.devp2p.NodeId},
 * {@link io.lesnode.devp2p.Capability}, and the seam to sub-protocols: {@link
 * io.lesnode.devp2p.SubProtocol}, {@link io.lesnode.devp2p.PeerLink}, {@link
 * io.lesnode.devp2p.PeerSession}.
 *
 * <p>Owner threads: everything of one connection is confined to its Netty event loop; the table of
 * peers, the pending counts and the dial history are confined to the server's control loop. Calls
 * from other threads only enqueue. Imports {@code primitives} only.
 */
@NullMarked
package io.lesnode.devp2p;

import org.jspecify.annotations.NullMarked;
