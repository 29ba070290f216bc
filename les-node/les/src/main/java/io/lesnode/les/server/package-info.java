/**
 * The LES server: serves a chain to light clients.
 *
 * <p>Public types: {@link io.lesnode.les.server.LesServer} (a sub-protocol of devp2p), its {@link
 * io.lesnode.les.server.LesServerConfig}, and the ports that it needs: {@link
 * io.lesnode.les.server.ServedChain}, {@link io.lesnode.les.server.ServedView}, {@link
 * io.lesnode.les.server.TransactionRelay}. The operator's side is {@link
 * io.lesnode.les.server.LesAdmin} with its records. {@link io.lesnode.les.server.DrivenServer} is
 * the same server for experiments on virtual time: a host drives it.
 *
 * <p>Owners: messages are decoded on channel loops; one node loop owns peers, credit, the client
 * pool and timers and never touches a disk; one thread writes what must be remembered; a fixed pool
 * of workers serves requests over read snapshots and never sees a peer.
 */
@NullMarked
package io.lesnode.les.server;

import org.jspecify.annotations.NullMarked;
