package io.lesnode.devp2p.rlpx;

import io.lesnode.primitives.rlp.RlpException;
import io.lesnode.primitives.rlp.RlpReader;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.ByteToMessageCodec;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.List;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;

/**
 * Encrypts and authenticates frames (rlpx.md, "Framing"): {@code header(16) ‖ header-mac(16) ‖ body
 * padded to 16 ‖ body-mac(16)}. Confined to the event loop of the channel.
 *
 * <p>Inbound bytes become {@link Frame}s. The size in the header is trusted only after its MAC was
 * verified, is checked against the current limit, and a body is copied only when all of it has
 * arrived, so a peer's claim alone allocates nothing. After the first fault, reported once as an
 * {@link RlpxException} through the pipeline, all further input is dropped.
 */
public final class FrameCodec extends ByteToMessageCodec<Frame> {
  private static final int HEADER_BYTES = 16;
  private static final int PADDING = 16;

  /** An RLP integer of 64 bits. */
  private static final int CODE_MAX_BYTES = 9;

  private final Cipher encryption;
  private final Cipher decryption;
  private final FrameMac egress;
  private final FrameMac ingress;
  private final byte[] header = new byte[HEADER_BYTES + FrameMac.TAG_BYTES];
  private final byte[] tag = new byte[FrameMac.TAG_BYTES];

  private int bodyLimitBytes;

  /** Size of the body whose header was read, or −1 while waiting for a header. */
  private int bodyBytes = -1;

  private boolean broken;

  /**
   * Starts with the secrets of a handshake.
   *
   * @param secrets what the handshake agreed on
   * @param bodyLimitBytes the largest body accepted at first
   */
  public FrameCodec(SessionSecrets secrets, int bodyLimitBytes) {
    super(Frame.class);
    this.encryption = cipher(secrets.aesSecret());
    this.decryption = cipher(secrets.aesSecret());
    this.egress = secrets.egress();
    this.ingress = secrets.ingress();
    this.bodyLimitBytes = bodyLimitBytes;
  }

  private static Cipher cipher(Bytes32 key) {
    try {
      Cipher cipher = Cipher.getInstance("AES/CTR/NoPadding");
      // the vector is zero because the key is used for one connection only
      cipher.init(
          Cipher.ENCRYPT_MODE,
          new SecretKeySpec(key.toArray(), "AES"),
          new IvParameterSpec(new byte[16]));
      return cipher;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("AES-256 belongs to every JDK", e);
    }
  }

  /** Sets the largest body accepted from now on, at most {@link Frame#BODY_LIMIT_BYTES}. */
  public void limitBodies(int limitBytes) {
    bodyLimitBytes = Math.min(limitBytes, Frame.BODY_LIMIT_BYTES);
  }

  /** Takes a {@link Frame}, or a list of them that leave together as one buffer. */
  @Override
  public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
    Object out =
        switch (message) {
          case Frame frame -> sealed(context, List.of(frame));
          case List<?> frames -> sealed(context, frames);
          default -> message;
        };
    ChannelFuture unused = context.write(out, promise);
  }

  private ByteBuf sealed(ChannelHandlerContext context, List<?> frames) {
    int totalBytes = 0;
    for (Object frame : frames) {
      totalBytes += sealedBytes((Frame) frame);
    }
    ByteBuf out = context.alloc().ioBuffer(totalBytes);
    try {
      for (Object frame : frames) {
        out.writeBytes(seal((Frame) frame));
      }
      return out.retain();
    } finally {
      out.release();
    }
  }

  @Override
  protected void encode(ChannelHandlerContext context, Frame frame, ByteBuf out) {
    out.writeBytes(seal(frame));
  }

  private static int codeBytes(long code) {
    return code >= 0 && code < 0x80 ? 1 : 1 + (71 - Long.numberOfLeadingZeros(code)) / 8;
  }

  private static int sealedBytes(Frame frame) {
    int size = codeBytes(frame.code()) + frame.payload().size();
    return HEADER_BYTES + FrameMac.TAG_BYTES + padded(size) + FrameMac.TAG_BYTES;
  }

  private byte[] seal(Frame frame) {
    byte[] payload = frame.payload().toArrayUnsafe();
    int codeBytes = codeBytes(frame.code());
    int size = codeBytes + payload.length;
    if (size > Frame.BODY_LIMIT_BYTES) {
      throw new IllegalArgumentException("a frame cannot carry " + size + " bytes");
    }
    int padded = padded(size);
    int bodyStart = HEADER_BYTES + FrameMac.TAG_BYTES;
    byte[] sealed = new byte[bodyStart + padded + FrameMac.TAG_BYTES];
    // the header stands right before the body while both are encrypted: one run of the cipher
    sealed[HEADER_BYTES] = (byte) (size >> 16);
    sealed[HEADER_BYTES + 1] = (byte) (size >> 8);
    sealed[HEADER_BYTES + 2] = (byte) size;
    sealed[HEADER_BYTES + 3] = (byte) 0xc2; // header-data: the list [0, 0], unused but required
    sealed[HEADER_BYTES + 4] = (byte) 0x80;
    sealed[HEADER_BYTES + 5] = (byte) 0x80;
    putCode(frame.code(), codeBytes, sealed, bodyStart);
    System.arraycopy(payload, 0, sealed, bodyStart + codeBytes, payload.length);
    crypt(encryption, sealed, HEADER_BYTES, HEADER_BYTES + padded);
    System.arraycopy(sealed, HEADER_BYTES, sealed, 0, HEADER_BYTES);
    egress.header(sealed, 0, sealed, HEADER_BYTES);
    egress.body(sealed, bodyStart, padded, sealed, bodyStart + padded);
    return sealed;
  }

  /** Writes the code as an RLP integer. */
  private static void putCode(long code, int codeBytes, byte[] out, int offset) {
    if (codeBytes == 1) {
      out[offset] = code == 0 ? (byte) 0x80 : (byte) code;
      return;
    }
    out[offset] = (byte) (0x80 + codeBytes - 1);
    for (int i = 1; i < codeBytes; i++) {
      out[offset + i] = (byte) (code >>> (8 * (codeBytes - 1 - i)));
    }
  }

  @Override
  protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
    if (broken) {
      in.skipBytes(in.readableBytes());
      return;
    }
    try {
      if (bodyBytes < 0 && in.readableBytes() >= header.length) {
        bodyBytes = readHeader(in);
      }
      if (bodyBytes >= 0 && in.readableBytes() >= padded(bodyBytes) + FrameMac.TAG_BYTES) {
        Frame frame = readBody(in, bodyBytes);
        bodyBytes = -1;
        out.add(frame);
      }
    } catch (RlpxException e) {
      broken = true;
      in.skipBytes(in.readableBytes());
      context.fireExceptionCaught(e);
    }
  }

  private int readHeader(ByteBuf in) {
    in.readBytes(header);
    ingress.header(header, 0, tag, 0);
    requireTag(header, HEADER_BYTES, "header");
    crypt(decryption, header, 0, HEADER_BYTES);
    int size = (header[0] & 0xff) << 16 | (header[1] & 0xff) << 8 | (header[2] & 0xff);
    if (size == 0) {
      throw new RlpxException("empty frame");
    }
    if (size > bodyLimitBytes) {
      throw new RlpxException(
          "frame of " + size + " bytes where at most " + bodyLimitBytes + " are allowed");
    }
    return size;
  }

  private Frame readBody(ByteBuf in, int size) {
    int padded = padded(size);
    byte[] body = new byte[padded];
    in.readBytes(body);
    ingress.body(body, 0, padded, tag, 0);
    in.readBytes(header, 0, FrameMac.TAG_BYTES);
    requireTag(header, 0, "body");
    crypt(decryption, body, 0, padded);
    int first = body[0] & 0xff;
    if (first > 0 && first < 0x80) {
      return new Frame(first, Bytes.wrap(body, 1, size - 1)); // every code in use
    }
    try {
      int start = Math.min(size, CODE_MAX_BYTES);
      RlpReader reader = RlpReader.of(Bytes.wrap(Arrays.copyOf(body, start)));
      long code = reader.readUnsignedLong();
      int codeBytes = start - reader.remainingBytes();
      return new Frame(code, Bytes.wrap(body, codeBytes, size - codeBytes));
    } catch (RlpException e) {
      throw new RlpxException("frame without a message code: " + e.getMessage(), e);
    }
  }

  private void requireTag(byte[] received, int offset, String part) {
    boolean same =
        MessageDigest.isEqual(tag, Arrays.copyOfRange(received, offset, offset + tag.length));
    if (!same) {
      throw new RlpxException("frame with wrong " + part + " MAC");
    }
  }

  private static void crypt(Cipher cipher, byte[] bytes, int offset, int length) {
    try {
      cipher.update(bytes, offset, length, bytes, offset);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("a stream cipher keeps the length", e);
    }
  }

  private static int padded(int size) {
    return (size + PADDING - 1) / PADDING * PADDING;
  }
}
