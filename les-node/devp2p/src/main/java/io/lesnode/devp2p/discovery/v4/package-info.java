/**
 * Discovery v4: the packets of devp2p {@code discv4.md} with EIP-8 and EIP-868, and the state that
 * answers them.
 *
 * <p>Public types: {@link io.lesnode.devp2p.discovery.v4.DiscoveryV4}, {@link
 * io.lesnode.devp2p.discovery.v4.PacketsV4}.
 *
 * <p>Owner thread: the discovery loop. Nothing here opens a socket or reads a clock.
 */
@NullMarked
package io.lesnode.devp2p.discovery.v4;

import org.jspecify.annotations.NullMarked;
