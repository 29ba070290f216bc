package io.lesnode.app.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.lesnode.rpc.Arguments;
import io.lesnode.rpc.RpcLimits;
import io.lesnode.rpc.RpcMethod;
import io.lesnode.rpc.RpcOffer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * WebSocket, IPC and the authenticated port: calls, subscriptions, and callers who send too much,
 * too little or nonsense, or who do not read.
 */
class StreamTransportTest {
  private static final RpcLimits LIMITS =
      new RpcLimits(
          10_000,
          5,
          1_000,
          8,
          4,
          2,
          2,
          50,
          Duration.ofSeconds(2),
          Duration.ofSeconds(5),
          Duration.ofSeconds(5));
  private static final String ECHO =
      "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"t_echo\",\"params\":[\"x\"]}";
  private static final String SUBSCRIBE =
      "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"t_subscribe\",\"params\":[\"ticks\"]}";
  private static final int WAIT_SECONDS = 10;

  private final ObjectMapper json = new ObjectMapper();
  private final HttpClient client = HttpClient.newHttpClient();
  private final CountDownLatch gate = new CountDownLatch(1);
  private final AtomicReference<Consumer<JsonNode>> ticks = new AtomicReference<>();
  private final AtomicInteger stopped = new AtomicInteger();

  @TempDir private Path folder;
  private JwtSecret secret;
  private RpcServer tcp;
  private RpcServer auth;
  private RpcServer ipc;
  private Path socket;

  @BeforeEach
  void start() throws IOException {
    Map<String, RpcMethod> methods =
        Map.of(
            "t_echo", args -> JsonNodeFactory.instance.textNode(args.string(0)),
            "t_large", args -> JsonNodeFactory.instance.textNode("y".repeat(100_000)),
            "t_wait",
                args -> {
                  try {
                    gate.await();
                  } catch (InterruptedException interrupted) {
                    Thread.currentThread().interrupt();
                  }
                  return JsonNodeFactory.instance.booleanNode(true);
                });
    RpcOffer offer = new RpcOffer(methods, Map.of("t/ticks", this::ticks));
    secret = JwtSecret.loadOrCreate(folder.resolve("jwtsecret"));
    InetSocketAddress free = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    RpcServer.Http http =
        new RpcServer.Http(offer, new HttpAccess(List.of("localhost"), List.of()));
    RpcServer.WebSocket webSocket =
        new RpcServer.WebSocket(offer, new WsOrigins(List.of("https://good.example")));
    tcp =
        RpcServer.start(
            free,
            new RpcServer.Port(Optional.empty(), Optional.of(webSocket), Optional.empty()),
            LIMITS);
    auth =
        RpcServer.start(
            free,
            new RpcServer.Port(Optional.of(http), Optional.of(webSocket), Optional.of(secret)),
            LIMITS);
    socket = folder.resolve("t.ipc");
    ipc = RpcServer.start(socket, offer, LIMITS);
  }

  private Runnable ticks(Arguments args, Consumer<JsonNode> notified) {
    ticks.set(notified);
    notified.accept(JsonNodeFactory.instance.numberNode(0)); // before the id can be known
    return stopped::incrementAndGet;
  }

  @AfterEach
  void stop() {
    gate.countDown();
    tcp.close();
    auth.close();
    ipc.close();
  }

  /** One connection over either transport. */
  private interface Line extends AutoCloseable {
    void send(String text) throws Exception;

    /** The next message; null when the connection ended. */
    JsonNode read() throws Exception;

    @Override
    void close() throws IOException;
  }

  private final class IpcLine implements Line {
    final SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
    final InputStream in;

    IpcLine() throws IOException {
      channel.connect(UnixDomainSocketAddress.of(socket));
      in = Channels.newInputStream(channel);
    }

    @Override
    public void send(String text) throws IOException {
      ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
    }

    @Override
    public JsonNode read() throws IOException {
      StringBuilder line = new StringBuilder();
      for (int b = in.read(); b != '\n'; b = in.read()) {
        if (b < 0) {
          return null;
        }
        line.append((char) b);
      }
      return json.readTree(line.toString());
    }

    @Override
    public void close() throws IOException {
      channel.close();
    }
  }

  private final class WsLine implements Line, WebSocket.Listener {
    private final BlockingQueue<String> messages = new LinkedBlockingQueue<>();
    private final StringBuilder partial = new StringBuilder();
    private final WebSocket webSocket;

    WsLine(RpcServer server, String... headers) {
      WebSocket.Builder builder = client.newWebSocketBuilder();
      for (int i = 0; i < headers.length; i += 2) {
        builder.header(headers[i], headers[i + 1]);
      }
      webSocket =
          builder
              .buildAsync(URI.create("ws://127.0.0.1:" + server.address().getPort()), this)
              .join();
    }

    @Override
    public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
      partial.append(data);
      if (last) {
        messages.add(partial.toString());
        partial.setLength(0);
      }
      from.request(1);
      return null;
    }

    @Override
    public CompletionStage<?> onClose(WebSocket from, int status, String reason) {
      messages.add("");
      return null;
    }

    @Override
    public void onError(WebSocket from, Throwable broken) {
      messages.add("");
    }

    @Override
    public void send(String text) {
      webSocket.sendText(text, true).join();
    }

    @Override
    public JsonNode read() throws Exception {
      String message = messages.poll(WAIT_SECONDS, TimeUnit.SECONDS);
      assertThat(message).as("a message in time").isNotNull();
      return message.isEmpty() ? null : json.readTree(message);
    }

    @Override
    public void close() {
      webSocket.abort();
    }
  }

  private List<Line> lines() throws IOException {
    return List.of(
        new IpcLine(),
        new WsLine(tcp),
        new WsLine(auth, "Authorization", "Bearer " + secret.token(Instant.now())));
  }

  @Test
  void answersCallsAndBatches() throws Exception {
    for (Line opened : lines()) {
      try (Line line = opened) {
        line.send(ECHO);
        assertThat(line.read().path("result").asText()).isEqualTo("x");
        line.send("[" + ECHO + "," + ECHO + "]");
        assertThat(line.read()).hasSize(2);
        line.send("[]");
        assertThat(line.read().at("/error/code").asInt()).isEqualTo(-32600);
        line.send("{\"method\":\"t_echo\",\"params\":[\"unanswered\"]}");
        line.send("{\"id\":2,\"method\":\"t_none\"}");
        assertThat(line.read().at("/error/code").asInt()).isEqualTo(-32601);
      }
    }
  }

  @Test
  void ipcTakesTextsBackToBackAndInPieces() throws Exception {
    try (IpcLine line = new IpcLine()) {
      line.send(ECHO + ECHO.substring(0, 20));
      assertThat(line.read().path("result").asText()).isEqualTo("x");
      line.send(ECHO.substring(20) + "\n" + ECHO);
      assertThat(line.read().path("result").asText()).isEqualTo("x");
      assertThat(line.read().path("result").asText()).isEqualTo("x");
    }
  }

  @Test
  void subscriptionsTellTheirIdFirstAndEnd() throws Exception {
    for (Line opened : lines()) {
      int before = stopped.get();
      try (Line line = opened) {
        line.send(SUBSCRIBE);
        String id = line.read().path("result").asText();
        assertThat(id).startsWith("0x");
        JsonNode first = line.read();
        assertThat(first.path("method").asText()).isEqualTo("t_subscription");
        assertThat(first.at("/params/subscription").asText()).isEqualTo(id);
        assertThat(first.at("/params/result").asInt()).isZero();
        assertThat(first.has("id")).isFalse();
        ticks.get().accept(JsonNodeFactory.instance.numberNode(7));
        assertThat(line.read().at("/params/result").asInt()).isEqualTo(7);
        String unsubscribe = "{\"id\":2,\"method\":\"t_unsubscribe\",\"params\":[\"" + id + "\"]}";
        line.send(unsubscribe);
        assertThat(line.read().path("result").asBoolean()).isTrue();
        assertThat(stopped.get()).isEqualTo(before + 1);
        ticks.get().accept(JsonNodeFactory.instance.numberNode(8));
        line.send(unsubscribe);
        assertThat(line.read().at("/error/message").asText()).isEqualTo("subscription not found");
        line.send(SUBSCRIBE.replace("ticks", "tocks"));
        assertThat(line.read().at("/error/message").asText())
            .isEqualTo("no \"tocks\" subscription in t namespace");
        line.send(SUBSCRIBE.replace("[\"ticks\"]", "[5]"));
        assertThat(line.read().at("/error/message").asText())
            .isEqualTo("expected subscription name as first argument");
      }
    }
  }

  @Test
  void aConnectionThatEndsEndsItsSubscriptions() throws Exception {
    int count = 0;
    for (Line opened : lines()) {
      try (Line line = opened) {
        line.send(SUBSCRIBE);
        assertThat(line.read().path("result").asText()).startsWith("0x");
        line.read();
        line.send(SUBSCRIBE);
        line.read();
        line.send(SUBSCRIBE);
        for (JsonNode answer = line.read(); ; answer = line.read()) {
          if (answer.has("error")) {
            assertThat(answer.at("/error/message").asText())
                .isEqualTo("too many subscriptions on one connection, want at most 2");
            break;
          }
        }
      }
      count += 2;
      int expected = count;
      await(() -> stopped.get() == expected);
    }
  }

  private static void await(BooleanSupplier condition) {
    long deadlineNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(WAIT_SECONDS);
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).isLessThan(deadlineNanos);
      Thread.onSpinWait();
    }
  }

  @Test
  void plainHttpCannotSubscribe() throws Exception {
    HttpRequest request =
        authorized("Bearer " + secret.token(Instant.now()))
            .POST(HttpRequest.BodyPublishers.ofString(SUBSCRIBE))
            .build();
    String answer = client.send(request, HttpResponse.BodyHandlers.ofString()).body();
    assertThat(json.readTree(answer).at("/error/message").asText())
        .isEqualTo("notifications not supported");
  }

  @Test
  void textThatIsNotJsonIsToldAndEndsTheConnection() throws Exception {
    for (String nonsense : List.of("{\"id\":1,}", "nonsense ", "{]", "\u0000\u0001 ", "}")) {
      for (Line opened : lines()) {
        try (Line line = opened) {
          line.send(nonsense);
          assertThat(line.read().at("/error/code").asInt()).isEqualTo(-32700);
          assertThat(line.read()).isNull();
        }
      }
    }
  }

  @Test
  void aMessageThatIsTooLargeIsRefused() throws Exception {
    try (IpcLine line = new IpcLine()) {
      line.send("[\"" + "z".repeat(20_000));
      assertThat(line.read().at("/error/message").asText())
          .isEqualTo("message too large, want at most 10000 bytes");
      assertThat(line.read()).isNull();
    }
    try (WsLine line = new WsLine(tcp)) {
      line.send("[\"" + "z".repeat(20_000) + "\"]");
      JsonNode answer = line.read();
      // netty ends a frame that is too large with close code 1009 by itself
      assertThat(answer).isNull();
    }
    answersCallsAndBatches();
  }

  @Test
  void aHalfMessageEndsTheConnectionInTime() throws Exception {
    try (IpcLine line = new IpcLine()) {
      line.send(ECHO.substring(0, 30));
      assertThat(line.read()).isNull();
    }
  }

  @Test
  void aSubscriberThatDoesNotReadIsDropped() throws Exception {
    JsonNode large = JsonNodeFactory.instance.textNode("n".repeat(100_000));
    try (IpcLine line = new IpcLine()) {
      line.send(SUBSCRIBE);
      line.read();
      int before = stopped.get();
      for (int i = 0; i < 1000 && stopped.get() == before; i++) {
        ticks.get().accept(large);
      }
      await(() -> stopped.get() == before + 1);
    }
  }

  @Test
  void aCallerThatDoesNotReadIsNotReadFrom() throws Exception {
    try (IpcLine line = new IpcLine()) {
      line.channel.configureBlocking(false);
      ByteBuffer call =
          ByteBuffer.wrap(
              "{\"id\":1,\"method\":\"t_large\"}".repeat(200).getBytes(StandardCharsets.UTF_8));
      long sent = 0;
      long lastTakenNanos = System.nanoTime();
      while (System.nanoTime() - lastTakenNanos < TimeUnit.MILLISECONDS.toNanos(300)) {
        call.rewind();
        int taken = line.channel.write(call);
        sent += taken;
        if (taken > 0) {
          lastTakenNanos = System.nanoTime();
        }
        Thread.onSpinWait();
        // answers of all that could be sent would be gigabytes
        assertThat(sent).isLessThan(64L << 20);
      }
    }
    answersCallsAndBatches();
  }

  @Test
  void manyConnectionsAreCutAndTheServerGoesOn() throws Exception {
    List<SocketChannel> open = new ArrayList<>();
    int refused = 0;
    try {
      for (int i = 0; i < 1000; i++) {
        SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        try {
          channel.connect(UnixDomainSocketAddress.of(socket));
          open.add(channel);
        } catch (IOException full) {
          channel.close();
          refused++;
        }
      }
      for (SocketChannel channel : open.subList(8, open.size())) {
        assertThat(channel.read(ByteBuffer.allocate(1))).isEqualTo(-1);
        refused++;
      }
    } finally {
      for (SocketChannel channel : open) {
        channel.close();
      }
    }
    assertThat(refused).isEqualTo(992);
    await(
        () -> {
          try (IpcLine line = new IpcLine()) {
            line.send(ECHO);
            return line.read() != null;
          } catch (IOException notYet) {
            return false;
          }
        });
  }

  @Test
  void pagesOfOtherOriginsAndPlainHttpAreRefused() throws Exception {
    String upgrade =
        String.join(
            "\r\n",
            "GET / HTTP/1.1",
            "Host: localhost",
            "Upgrade: websocket",
            "Connection: Upgrade",
            "Sec-WebSocket-Version: 13",
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
            "");
    assertThat(raw(upgrade + "Origin: https://evil.example\r\n\r\n")).startsWith("HTTP/1.1 403");
    assertThat(raw(upgrade + "Origin: https://good.example\r\n\r\n"))
        .startsWith("HTTP/1.1 101")
        .contains("s3pPLMBiTxaQ9kYGzzhZRbK+xOo="); // the example of RFC 6455, section 1.3
    assertThat(raw("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")).startsWith("HTTP/1.1 404");
    assertThat(raw(upgrade.replace("Version: 13", "Version: 99") + "\r\n"))
        .startsWith("HTTP/1.1 426");
    // an unmasked frame breaks the protocol
    assertThat(raw(upgrade + "\r\n\u0081\u0002{}")).startsWith("HTTP/1.1 101").hasSizeLessThan(300);
  }

  private String raw(String bytes) throws IOException {
    try (Socket raw = new Socket(InetAddress.getLoopbackAddress(), tcp.address().getPort())) {
      raw.setSoTimeout(300);
      raw.getOutputStream().write(bytes.getBytes(StandardCharsets.ISO_8859_1));
      StringBuilder answer = new StringBuilder();
      try {
        for (int b = raw.getInputStream().read(); b >= 0; b = raw.getInputStream().read()) {
          answer.append((char) b);
        }
      } catch (IOException silent) {
        // an open connection: what came is the answer
      }
      return answer.toString();
    }
  }

  private HttpRequest.Builder authorized(String header) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + auth.address().getPort()))
            .header("content-type", "application/json");
    return header.isEmpty() ? request : request.header("authorization", header);
  }

  @Test
  void theAuthenticatedPortTakesGoodTokensOnly() throws Exception {
    Instant now = Instant.now();
    Map<String, String> refusals =
        Map.of(
            "",
            "missing token",
            "Basic eDp5",
            "missing token",
            "Bearer a.b",
            "token contains an invalid number of segments",
            "Bearer !.!.!",
            "token is malformed",
            "Bearer " + secret.token(now) + "A",
            "signature is invalid",
            "Bearer " + secret.token(now.minusSeconds(120)),
            "stale token",
            "Bearer " + secret.token(now.plusSeconds(120)),
            "future token",
            "Bearer " + unsigned("{\"alg\":\"none\"}", now),
            "signing method none is invalid",
            "Bearer " + unsigned("{\"alg\":\"HS512\"}", now),
            "signing method HS512 is invalid");
    for (Map.Entry<String, String> refusal : refusals.entrySet()) {
      HttpRequest request =
          authorized(refusal.getKey()).POST(HttpRequest.BodyPublishers.ofString(ECHO)).build();
      HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());
      assertThat(response.statusCode()).as(refusal.getValue()).isEqualTo(403);
      assertThat(response.body().strip()).isEqualTo(refusal.getValue());
    }
    HttpRequest good =
        authorized("Bearer " + secret.token(now))
            .POST(HttpRequest.BodyPublishers.ofString(ECHO))
            .build();
    assertThat(client.send(good, HttpResponse.BodyHandlers.ofString()).statusCode()).isEqualTo(200);
    assertThatThrownBy(() -> new WsLine(auth)).isInstanceOf(CompletionException.class);
  }

  private static String unsigned(String header, Instant now) {
    Base64.Encoder base64 = Base64.getUrlEncoder().withoutPadding();
    String claims = "{\"iat\":" + now.getEpochSecond() + "}";
    return base64.encodeToString(header.getBytes(StandardCharsets.UTF_8))
        + "."
        + base64.encodeToString(claims.getBytes(StandardCharsets.UTF_8))
        + ".";
  }

  @Test
  void aRefusedBodyIsNotCollected() throws Exception {
    try (Socket raw = new Socket(InetAddress.getLoopbackAddress(), auth.address().getPort())) {
      raw.setSoTimeout(5_000);
      raw.getOutputStream()
          .write(
              "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9000\r\n\r\n"
                  .getBytes(StandardCharsets.US_ASCII));
      byte[] begin = raw.getInputStream().readNBytes(12);
      assertThat(new String(begin, StandardCharsets.US_ASCII)).isEqualTo("HTTP/1.1 403");
    }
  }
}
