package io.lesnode.app.rpc;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.util.concurrent.ScheduledFuture;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Cuts a byte stream into JSON texts that follow each other, with or without space between them, as
 * Go's json.Decoder reads geth's IPC. Objects and arrays end with their last bracket; anything else
 * ends with the next space or bracket. Only the borders are looked for: whether the text is JSON is
 * the parser's question. Every byte is looked at once. Confined to the channel's event loop.
 *
 * <p>A text that grows over {@code maxBytes} is refused before it is collected; one that is not
 * complete {@code limit} after its first byte ends the connection.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a failed close has no one to tell
final class JsonStreamDecoder extends ByteToMessageDecoder {
  private final int maxBytes;
  private final Duration limit;

  // about the text that begins at the reader index
  private int scanned;
  private int depth;
  private boolean inString;
  private boolean escaped;
  private @Nullable ScheduledFuture<?> alarm;

  JsonStreamDecoder(int maxBytes, Duration limit) {
    this.maxBytes = maxBytes;
    this.limit = limit;
  }

  @Override
  protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
    skipSpace(in);
    int length = next(in);
    if (length < 0) {
      if (scanned > maxBytes) {
        in.skipBytes(in.readableBytes());
        reset();
        throw new TooLongFrameException("message too large, want at most " + maxBytes + " bytes");
      }
      watch(ctx);
      return;
    }
    if (length > maxBytes) {
      in.skipBytes(in.readableBytes());
      reset();
      throw new TooLongFrameException("message too large, want at most " + maxBytes + " bytes");
    }
    out.add(in.readRetainedSlice(length));
    reset();
  }

  private void skipSpace(ByteBuf in) {
    while (scanned == 0 && in.isReadable() && isSpace(in.getByte(in.readerIndex()))) {
      in.skipBytes(1);
    }
  }

  /** Length of the next text, or -1 when its end is not there yet. */
  private int next(ByteBuf in) {
    int from = in.readerIndex();
    int available = in.readableBytes();
    for (; scanned < available; scanned++) {
      byte b = in.getByte(from + scanned);
      if (inString) {
        if (escaped) {
          escaped = false;
        } else if (b == '\\') {
          escaped = true;
        } else if (b == '"') {
          inString = false;
        }
        continue;
      }
      switch (b) {
        case '"' -> inString = true;
        case '{', '[' -> {
          if (depth == 0 && scanned > 0) {
            return scanned;
          }
          depth++;
        }
        case '}', ']' -> {
          depth--;
          if (depth <= 0) {
            return scanned + 1;
          }
        }
        default -> {
          if (depth == 0 && isSpace(b)) {
            return scanned;
          }
        }
      }
    }
    return -1;
  }

  private static boolean isSpace(byte b) {
    return b == ' ' || b == '\n' || b == '\r' || b == '\t';
  }

  private void reset() {
    scanned = 0;
    depth = 0;
    inString = false;
    escaped = false;
    if (alarm != null) {
      alarm.cancel(false);
      alarm = null;
    }
  }

  private void watch(ChannelHandlerContext ctx) {
    if (scanned > 0 && alarm == null) {
      alarm =
          ctx.executor()
              .schedule(() -> ctx.channel().close(), limit.toNanos(), TimeUnit.NANOSECONDS);
    }
  }

  @Override
  protected void handlerRemoved0(ChannelHandlerContext ctx) {
    reset();
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) throws Exception {
    super.channelInactive(ctx);
    reset();
  }
}
