package io.lesnode.app.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.TooLongFrameException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** JSON texts cut out of a byte stream, wherever the pieces of the stream begin and end. */
class JsonStreamDecoderTest {
  private static final List<String> TEXTS =
      List.of(
          "{\"a\":\"}\",\"b\":[1,{\"c\":\"\\\\\"}]}",
          "[{\"x\":\"\\\"]\"},2]",
          "{}",
          "null",
          "12",
          "\"a { b\"",
          "{\"é\":\"€𝄞\"}",
          "[]");

  /** With no space where none is needed, and some elsewhere. */
  private static final byte[] STREAM =
      (" "
              + TEXTS.get(0)
              + TEXTS.get(1)
              + TEXTS.get(2)
              + "\n\t"
              + TEXTS.get(3)
              + " "
              + TEXTS.get(4)
              + "\r\n"
              + TEXTS.get(5)
              + " "
              + TEXTS.get(6)
              + TEXTS.get(7))
          .getBytes(StandardCharsets.UTF_8);

  private static EmbeddedChannel channel(int maxBytes) {
    return new EmbeddedChannel(new JsonStreamDecoder(maxBytes, Duration.ofSeconds(1)));
  }

  private static List<String> texts(EmbeddedChannel channel) {
    List<String> found = new ArrayList<>();
    for (ByteBuf text = channel.readInbound(); text != null; text = channel.readInbound()) {
      found.add(text.toString(StandardCharsets.UTF_8));
      text.release();
    }
    return found;
  }

  @Test
  void findsTheTextsWhereverTheStreamIsCut() {
    for (int cut = 0; cut <= STREAM.length; cut++) {
      EmbeddedChannel channel = channel(100);
      channel.writeInbound(Unpooled.copiedBuffer(STREAM, 0, cut));
      channel.writeInbound(Unpooled.copiedBuffer(STREAM, cut, STREAM.length - cut));
      assertThat(texts(channel)).as("cut at %d", cut).isEqualTo(TEXTS);
      channel.finishAndReleaseAll();
    }
  }

  @Test
  void findsTheTextsByteByByte() {
    EmbeddedChannel channel = channel(100);
    for (byte b : STREAM) {
      channel.writeInbound(Unpooled.wrappedBuffer(new byte[] {b}));
    }
    assertThat(texts(channel)).isEqualTo(TEXTS);
    channel.finishAndReleaseAll();
  }

  @Test
  void refusesATextThatGrowsTooLarge() {
    for (String begin : List.of("{", "[\"", "x", "\"")) {
      EmbeddedChannel channel = channel(20);
      assertThatThrownBy(
              () -> {
                for (int i = 0; i < 30; i++) {
                  channel.writeInbound(
                      Unpooled.copiedBuffer(i == 0 ? begin : "y", StandardCharsets.UTF_8));
                }
              })
          .isInstanceOf(TooLongFrameException.class)
          .hasMessageContaining("want at most 20 bytes");
      channel.finishAndReleaseAll();
    }
  }

  @Test
  void closesWhenATextIsNotCompleteInTime() {
    EmbeddedChannel channel = channel(100);
    channel.writeInbound(Unpooled.copiedBuffer("{}  ", StandardCharsets.UTF_8));
    channel.advanceTimeBy(10, TimeUnit.SECONDS);
    channel.runScheduledPendingTasks();
    assertThat(channel.isOpen()).as("nothing begun").isTrue();
    channel.writeInbound(Unpooled.copiedBuffer("{\"a\"", StandardCharsets.UTF_8));
    channel.advanceTimeBy(900, TimeUnit.MILLISECONDS);
    channel.writeInbound(Unpooled.copiedBuffer(":", StandardCharsets.UTF_8));
    channel.runScheduledPendingTasks();
    assertThat(channel.isOpen()).isTrue();
    channel.advanceTimeBy(200, TimeUnit.MILLISECONDS);
    channel.runScheduledPendingTasks();
    assertThat(channel.isOpen()).as("trickling does not help").isFalse();
    channel.finishAndReleaseAll();
  }
}
