/**
 * The RLPx transport (devp2p rlpx.md, EIP-8): the ECIES handshake and the frame codec, as Netty
 * handlers around plain value machines.
 *
 * <p>Public types: {@link io.lesnode.devp2p.rlpx.HandshakeHandler}, {@link
 * io.lesnode.devp2p.rlpx.FrameCodec}, {@link io.lesnode.devp2p.rlpx.Frame}, and the parts below
 * them for tools and tests.
 *
 * <p>Owner thread: the event loop of the channel. Knows nothing of Hello, capabilities or peers.
 */
@NullMarked
package io.lesnode.devp2p.rlpx;

import org.jspecify.annotations.NullMarked;
