/**
 * Discovery v5.1: packets, sessions and messages of devp2p {@code discv5/discv5-wire.md}, and the
 * state that answers them.
 *
 * <p>Public types: {@link io.lesnode.devp2p.discovery.v5.DiscoveryV5}, {@link
 * io.lesnode.devp2p.discovery.v5.TalkHandler}.
 *
 * <p>Owner thread: the discovery loop. Nothing here opens a socket or reads a clock.
 */
@NullMarked
package io.lesnode.devp2p.discovery.v5;

import org.jspecify.annotations.NullMarked;
