package io.lesnode.benchmarks.light;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class DelayProxyTest {
  private static final int PAYLOAD_BYTES = 300_000;

  @Test
  void carriesEveryByteInOrderDelaysItAndCountsRoundTrips() throws IOException {
    Duration oneWay = Duration.ofMillis(20);
    try (ServerSocket echo = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
        DelayProxy proxy =
            DelayProxy.start(
                0, new InetSocketAddress(echo.getInetAddress(), echo.getLocalPort()), oneWay);
        Socket client = new Socket(InetAddress.getLoopbackAddress(), proxy.port())) {
      Thread.ofVirtual().start(() -> echo(echo));
      byte[] question = new byte[100];
      for (int round = 1; round <= 3; round++) {
        question[0] = (byte) round;
        long start = System.nanoTime();
        assertThat(ask(client, question)).isEqualTo(question);
        assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(2 * oneWay.toNanos());
        assertThat(proxy.roundTrips()).isEqualTo(round);
      }
      byte[] large = new byte[PAYLOAD_BYTES];
      for (int i = 0; i < large.length; i++) {
        large[i] = (byte) (i * 31 + i / 256);
      }
      Thread.ofVirtual()
          .start(
              () -> {
                try {
                  client.getOutputStream().write(large);
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              });
      assertThat(client.getInputStream().readNBytes(large.length)).isEqualTo(large);
      assertThat(proxy.bytes()).isEqualTo(2L * (3 * question.length + large.length));
    }
  }

  private static byte[] ask(Socket client, byte[] question) throws IOException {
    client.getOutputStream().write(question);
    return client.getInputStream().readNBytes(question.length);
  }

  private static void echo(ServerSocket listener) {
    try (Socket socket = listener.accept()) {
      InputStream in = socket.getInputStream();
      OutputStream out = socket.getOutputStream();
      in.transferTo(out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
