package io.lesnode.devp2p.rlpx;

import io.lesnode.primitives.crypto.KeyPair;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.util.List;
import org.apache.tuweni.bytes.Bytes;
import org.jspecify.annotations.Nullable;

/**
 * Runs the handshake on a channel and then replaces itself by a {@link FrameCodec}. Confined to the
 * event loop of the channel.
 *
 * <p>Success is told by the user event {@link Established}, before any frame is decoded; failure by
 * an {@link RlpxException} through the pipeline, after which all input is dropped. The handler sets
 * no time limit; whoever waits for the event does. A packet is buffered only as it arrives; its
 * size prefix bounds it to 64 KiB.
 */
public final class HandshakeHandler extends ByteToMessageDecoder {
  /** Name under which the frame codec is put into the pipeline. */
  public static final String CODEC_NAME = "frames";

  private final KeyPair staticKey;
  private final @Nullable Bytes remoteKey;
  private final HandshakeRandom random;
  private final int firstBodyLimitBytes;

  private Handshake.@Nullable Initiator initiator;
  private boolean started;
  private boolean broken;

  /**
   * The user event after a successful handshake.
   *
   * @param remoteKey the proven public key of the remote side, 64 bytes
   * @param codec the codec in use from now on
   */
  public record Established(Bytes remoteKey, FrameCodec codec) {}

  /**
   * Prepares a handshake.
   *
   * @param staticKey our node key
   * @param remoteKey the public key of the node that we dialled, or null to wait for an initiator
   * @param random source of the random values
   * @param firstBodyLimitBytes the largest frame body accepted until the limit is changed
   */
  public HandshakeHandler(
      KeyPair staticKey,
      @Nullable Bytes remoteKey,
      HandshakeRandom random,
      int firstBodyLimitBytes) {
    this.staticKey = staticKey;
    this.remoteKey = remoteKey;
    this.random = random;
    this.firstBodyLimitBytes = firstBodyLimitBytes;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext context) {
    if (context.channel().isActive()) {
      start(context);
    }
  }

  @Override
  public void channelActive(ChannelHandlerContext context) {
    start(context);
    context.fireChannelActive();
  }

  private void start(ChannelHandlerContext context) {
    Bytes remote = remoteKey;
    if (started || remote == null) {
      return;
    }
    started = true;
    Handshake.Initiator state = Handshake.initiate(staticKey, remote, random);
    initiator = state;
    send(context, state.authPacket());
  }

  @Override
  protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
    if (broken) {
      in.skipBytes(in.readableBytes());
      return;
    }
    if (in.readableBytes() < Handshake.PREFIX_BYTES) {
      return;
    }
    try {
      int size = in.getUnsignedShort(in.readerIndex());
      if (size <= Ecies.OVERHEAD_BYTES) {
        throw new RlpxException("handshake packet of " + size + " bytes is too short");
      }
      if (in.readableBytes() >= Handshake.PREFIX_BYTES + size) {
        byte[] packet = new byte[Handshake.PREFIX_BYTES + size];
        in.readBytes(packet);
        finish(context, complete(context, Bytes.wrap(packet)));
      }
    } catch (RlpxException e) {
      broken = true;
      in.skipBytes(in.readableBytes());
      context.fireExceptionCaught(e);
    }
  }

  private SessionSecrets complete(ChannelHandlerContext context, Bytes packet) {
    Handshake.Initiator state = initiator;
    if (remoteKey != null) {
      if (state == null) {
        throw new RlpxException("packet before the connection was active");
      }
      return state.finish(packet);
    }
    Handshake.Response response = Handshake.respond(staticKey, packet, random);
    ChannelFuture unused =
        context.write(Unpooled.wrappedBuffer(response.ackPacket().toArrayUnsafe()));
    return response.secrets();
  }

  private void finish(ChannelHandlerContext context, SessionSecrets secrets) {
    FrameCodec codec = new FrameCodec(secrets, firstBodyLimitBytes);
    context.pipeline().addAfter(context.name(), CODEC_NAME, codec);
    context.fireUserEventTriggered(new Established(secrets.remoteKey(), codec));
    context.channel().flush(); // our packet, and a Hello that was written right after it
    context.pipeline().remove(this); // hands what was read too far to the codec
  }

  private static void send(ChannelHandlerContext context, Bytes packet) {
    ChannelFuture unused = context.writeAndFlush(Unpooled.wrappedBuffer(packet.toArrayUnsafe()));
  }
}
