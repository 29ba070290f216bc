package io.lesnode.app.node;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.lesnode.payment.SignerException;
import io.lesnode.payment.signing.ExternalSignerCall;
import java.io.IOException;
import java.io.InputStream;
import java.net.StandardProtocolFamily;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * The way to a signing program as clef: an HTTP address, or the path of its Unix socket. Each call
 * has a connection of its own and waits for so long as is given; an answer is at most 256 KiB.
 * Thread-safe.
 */
public final class SignerConnection implements ExternalSignerCall {
  private static final int MOST_BYTES = 256 * 1024;

  private final String place;
  private final Duration patience;

  /**
   * A connection, made when it is needed.
   *
   * @param place {@code http://…}, {@code https://…} or a path
   * @param patience how long the program, or the person before it, may think
   */
  public SignerConnection(String place, Duration patience) {
    this.place = place;
    this.patience = patience;
  }

  @Override
  public String call(String requestJson) throws SignerException {
    boolean isHttp = place.startsWith("http://") || place.startsWith("https://");
    SocketChannel channel = null;
    try {
      if (isHttp) {
        return overHttp(requestJson);
      }
      channel = SocketChannel.open(StandardProtocolFamily.UNIX);
      channel.connect(UnixDomainSocketAddress.of(Path.of(place)));
      return overSocket(channel, requestJson);
    } catch (IOException | IllegalArgumentException | TimeoutException e) {
      throw unreachable(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw unreachable(e);
    } finally {
      close(channel);
    }
  }

  private SignerException unreachable(Exception cause) {
    String reason =
        cause instanceof TimeoutException
            ? "no answer in time"
            : String.valueOf(cause.getMessage());
    return new SignerException(
        "the signing program at " + place + " does not answer (" + reason + "); is it running?",
        cause);
  }

  private String overHttp(String requestJson) throws IOException, InterruptedException {
    try (HttpClient client = HttpClient.newBuilder().connectTimeout(patience).build()) {
      HttpRequest request =
          HttpRequest.newBuilder(URI.create(place))
              .timeout(patience)
              .header("Content-Type", "application/json")
              .POST(HttpRequest.BodyPublishers.ofString(requestJson))
              .build();
      HttpResponse<InputStream> response =
          client.send(request, HttpResponse.BodyHandlers.ofInputStream());
      try (InputStream body = response.body()) {
        return bounded(body.readNBytes(MOST_BYTES + 1));
      }
    }
  }

  private static String bounded(byte[] bytes) throws IOException {
    if (bytes.length > MOST_BYTES) {
      throw new IOException("its answer is larger than 256 KiB");
    }
    return new String(bytes, StandardCharsets.UTF_8);
  }

  /** Reads until one JSON value is complete: such programs keep their connections open. */
  private String overSocket(SocketChannel channel, String requestJson)
      throws IOException, InterruptedException, TimeoutException {
    ByteBuffer bytes = ByteBuffer.wrap(requestJson.getBytes(StandardCharsets.UTF_8));
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
    CompletableFuture<String> answer = new CompletableFuture<>();
    Thread unused =
        Thread.startVirtualThread(
            () -> {
              try {
                JsonNode value =
                    new ObjectMapper().readTree(new Bounded(Channels.newInputStream(channel)));
                if (value.isMissingNode()) {
                  throw new IOException("it closed the connection");
                }
                answer.complete(value.toString());
              } catch (IOException e) {
                answer.completeExceptionally(e);
              }
            });
    try {
      return answer.get(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw new IOException(e.getCause());
    }
  }

  private static void close(@Nullable SocketChannel channel) {
    try {
      if (channel != null) {
        channel.close();
      }
    } catch (IOException gone) {
      // What was wanted of it is here, or an error was told already.
      return;
    }
  }

  /** A stream that ends with an error after 256 KiB. */
  private static final class Bounded extends InputStream {
    private final InputStream stream;
    private int left = MOST_BYTES;

    Bounded(InputStream stream) {
      this.stream = stream;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
      if (left <= 0) {
        throw new IOException("its answer is larger than 256 KiB");
      }
      int count = stream.read(into, offset, Math.min(length, left));
      left -= Math.max(0, count);
      return count;
    }
  }
}
