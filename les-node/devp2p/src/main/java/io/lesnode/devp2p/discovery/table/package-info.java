/**
 * What the discovery protocols share: a bounded Kademlia table that a single network cannot fill,
 * lookups, and which addresses may be believed of whom.
 *
 * <p>Public types: {@link io.lesnode.devp2p.discovery.table.KnownNode}, {@link
 * io.lesnode.devp2p.discovery.table.NodeTable}, {@link io.lesnode.devp2p.discovery.table.NodeWalk}
 * (keeps a table alive), and the seams {@link io.lesnode.devp2p.discovery.table.DiscoveryLoop}
 * (time and packets) and {@link io.lesnode.devp2p.discovery.table.NodeQueries} (one protocol).
 *
 * <p>Owner thread: everything is confined to the one discovery loop. No sockets and no clock: both
 * come in through {@code DiscoveryLoop}.
 */
@NullMarked
package io.lesnode.devp2p.discovery.table;

import org.jspecify.annotations.NullMarked;
