package io.lesnode.app.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.lesnode.rpc.RpcLimits;
import io.lesnode.rpc.RpcMethod;
import io.lesnode.rpc.RpcOffer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The HTTP side against callers that send too much, too little, too slowly, or nonsense. */
class HostileHttpTest {
  private static final RpcLimits LIMITS =
      new RpcLimits(
          10_000,
          5,
          1_000,
          4,
          2,
          2,
          2,
          10,
          Duration.ofMillis(300),
          Duration.ofSeconds(5),
          Duration.ofSeconds(5));
  private static final String ECHO =
      "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"t_echo\",\"params\":[\"x\"]}";

  private final ObjectMapper json = new ObjectMapper();
  private final HttpClient client = HttpClient.newHttpClient();
  private final CountDownLatch gate = new CountDownLatch(1);
  private RpcServer server;

  @BeforeEach
  void start() throws IOException {
    Map<String, RpcMethod> methods =
        Map.of(
            "t_echo", args -> JsonNodeFactory.instance.textNode(args.string(0)),
            "t_large", args -> JsonNodeFactory.instance.textNode("y".repeat(600)),
            "t_bug",
                args -> {
                  throw new IllegalStateException("on purpose");
                },
            "t_wait",
                args -> {
                  try {
                    gate.await();
                  } catch (InterruptedException stopped) {
                    Thread.currentThread().interrupt();
                  }
                  return JsonNodeFactory.instance.booleanNode(true);
                });
    server =
        RpcServer.start(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
            new RpcServer.Port(
                Optional.of(
                    new RpcServer.Http(
                        RpcOffer.of(methods),
                        new HttpAccess(List.of("localhost"), List.of("https://good.example")))),
                Optional.empty(),
                Optional.empty()),
            LIMITS);
  }

  @AfterEach
  void stop() {
    gate.countDown();
    server.close();
  }

  private HttpRequest.Builder request() {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.address().getPort()))
        .version(HttpClient.Version.HTTP_1_1)
        .header("content-type", "application/json");
  }

  private HttpResponse<String> post(String body) throws Exception {
    return client.send(
        request().POST(HttpRequest.BodyPublishers.ofString(body)).build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private JsonNode answer(String body) throws Exception {
    HttpResponse<String> response = post(body);
    assertThat(response.statusCode()).isEqualTo(200);
    return json.readTree(response.body());
  }

  private int errorCode(String body) throws Exception {
    return answer(body).path("error").path("code").asInt();
  }

  @Test
  void answersAndKeepsTheConnectionAfterEveryKindOfError() throws Exception {
    assertThat(answer(ECHO).path("result").asText()).isEqualTo("x");
    assertThat(errorCode("{\"id\":1,")).isEqualTo(-32700);
    assertThat(errorCode("\"text\"")).isEqualTo(-32600);
    assertThat(errorCode("[]")).isEqualTo(-32600);
    assertThat(errorCode("{\"id\":{},\"method\":\"t_echo\"}")).isEqualTo(-32600);
    assertThat(errorCode("{\"id\":1,\"method\":\"t_none\"}")).isEqualTo(-32601);
    assertThat(errorCode("{\"id\":1,\"method\":\"t_echo\"}")).isEqualTo(-32602);
    assertThat(errorCode("{\"id\":1,\"method\":\"t_echo\",\"params\":{\"a\":1}}"))
        .isEqualTo(-32602);
    assertThat(errorCode("{\"id\":1,\"method\":\"t_bug\"}")).isEqualTo(-32000);
    assertThat(answer(ECHO).path("result").asText()).isEqualTo("x");
  }

  @Test
  void refusesDeepNesting() throws Exception {
    assertThat(errorCode("[".repeat(4000) + "]".repeat(4000))).isEqualTo(-32700);
  }

  @Test
  void notificationsGetNoAnswer() throws Exception {
    assertThat(post("{\"method\":\"t_echo\",\"params\":[\"x\"]}").body()).isEmpty();
  }

  @Test
  void limitsBatches() throws Exception {
    JsonNode fine = answer("[" + ECHO + "," + ECHO + "]");
    assertThat(fine).hasSize(2);
    assertThat(errorCode("[" + (ECHO + ",").repeat(5) + ECHO + "]")).isEqualTo(-32600);
    String large = "{\"id\":7,\"method\":\"t_large\"}";
    JsonNode cut = answer("[" + large + "," + large + "," + large + "]");
    assertThat(cut.get(1).path("result").asText()).hasSize(600);
    assertThat(cut.get(2).path("error").path("code").asInt()).isEqualTo(-32003);
    assertThat(cut.get(2).path("id").asInt()).isEqualTo(7);
  }

  @Test
  void refusesALargeBodyBeforeReadingIt() throws Exception {
    HttpResponse<String> response = post(" ".repeat(10_001));
    assertThat(response.statusCode()).isEqualTo(413);
    assertThat(response.body()).contains("content length too large (10001>10000)");
  }

  /** Far more than the limit: the answer must reach a caller that is still sending. */
  @Test
  void refusesAChunkedBodyThatGrowsTooLarge() throws Exception {
    for (int round = 0; round < 20; round++) {
      HttpResponse<String> response =
          client.send(
              request()
                  .POST(
                      HttpRequest.BodyPublishers.ofInputStream(
                          () -> new java.io.ByteArrayInputStream(new byte[200_000])))
                  .build(),
              HttpResponse.BodyHandlers.ofString());
      assertThat(response.statusCode()).isEqualTo(413);
    }
  }

  @Test
  void checksContentTypeMethodHostAndOrigin() throws Exception {
    HttpRequest text =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.address().getPort()))
            .header("content-type", "text/plain")
            .POST(HttpRequest.BodyPublishers.ofString(ECHO))
            .build();
    assertThat(client.send(text, HttpResponse.BodyHandlers.ofString()).statusCode()).isEqualTo(415);
    HttpRequest put = request().PUT(HttpRequest.BodyPublishers.ofString(ECHO)).build();
    assertThat(client.send(put, HttpResponse.BodyHandlers.ofString()).statusCode()).isEqualTo(405);
    assertThat(raw("POST / HTTP/1.1\r\nHost: evil.example\r\nContent-Length: 0\r\n\r\n"))
        .startsWith("HTTP/1.1 403")
        .contains("invalid host specified");
    assertThat(raw("GET / HTTP/1.1\r\nHost: localhost:1\r\n\r\n")).startsWith("HTTP/1.1 200");
    HttpRequest good =
        request()
            .header("origin", "https://good.example")
            .POST(HttpRequest.BodyPublishers.ofString(ECHO))
            .build();
    assertThat(
            client
                .send(good, HttpResponse.BodyHandlers.ofString())
                .headers()
                .firstValue("access-control-allow-origin"))
        .hasValue("https://good.example");
    HttpRequest bad =
        request()
            .header("origin", "https://bad.example")
            .POST(HttpRequest.BodyPublishers.ofString(ECHO))
            .build();
    assertThat(
            client
                .send(bad, HttpResponse.BodyHandlers.ofString())
                .headers()
                .firstValue("access-control-allow-origin"))
        .isEmpty();
  }

  @Test
  void closesOnNonsense() throws Exception {
    assertThat(raw("\u0016\u0003\u0001 nonsense\r\n\r\n")).startsWith("HTTP/1.1 4");
    assertThat(raw("POST / HTTP/1.1\r\nX: " + "a".repeat(20_000) + "\r\n\r\n"))
        .startsWith("HTTP/1.1 4");
  }

  @Test
  void closesOnASlowRequest() throws Exception {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.address().getPort())) {
      OutputStream out = socket.getOutputStream();
      out.write(
          "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 50\r\n"
              .getBytes(StandardCharsets.US_ASCII));
      out.flush();
      socket.setSoTimeout(5_000);
      assertThat(socket.getInputStream().read()).isEqualTo(-1);
    }
  }

  @Test
  void answersPipelinedRequestsInOrder() throws Exception {
    String first = ECHO.replace("\"id\":1", "\"id\":11");
    String second = ECHO.replace("\"id\":1", "\"id\":22");
    String both = raw(http(first, "") + http(second, "Connection: close\r\n"));
    assertThat(both.indexOf("\"id\":11")).isPositive().isLessThan(both.indexOf("\"id\":22"));
  }

  @Test
  void boundsConnectionsAndConcurrentRequests() throws Exception {
    String wait = "{\"id\":1,\"method\":\"t_wait\"}";
    CompletableFuture<?>[] waiting = new CompletableFuture<?>[3];
    for (int i = 0; i < 3; i++) {
      waiting[i] =
          client.sendAsync(
              request().POST(HttpRequest.BodyPublishers.ofString(wait)).build(),
              HttpResponse.BodyHandlers.ofString());
    }
    gate.countDown();
    CompletableFuture.allOf(waiting).join();
    Socket[] open = new Socket[6];
    int refused = 0;
    for (int i = 0; i < open.length; i++) {
      open[i] = new Socket(InetAddress.getLoopbackAddress(), server.address().getPort());
      open[i].setSoTimeout(100);
    }
    for (Socket socket : open) {
      try (socket) {
        if (socket.getInputStream().read() == -1) {
          refused++;
        }
      } catch (java.net.SocketTimeoutException stillOpen) {
        assertThat(stillOpen).isNotNull();
      } catch (IOException reset) {
        refused++;
      }
    }
    assertThat(refused).isPositive();
  }

  private static String http(String body, String header) {
    return "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        + header
        + "Content-Length: "
        + body.length()
        + "\r\n\r\n"
        + body;
  }

  /** Sends bytes as they are and reads until the server closes or says nothing for a while. */
  private String raw(String bytes) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.address().getPort())) {
      socket.setSoTimeout(500);
      socket.getOutputStream().write(bytes.getBytes(StandardCharsets.ISO_8859_1));
      socket.getOutputStream().flush();
      StringBuilder answer = new StringBuilder();
      InputStream in = socket.getInputStream();
      try {
        for (int b = in.read(); b >= 0; b = in.read()) {
          answer.append((char) b);
        }
      } catch (IOException silent) {
        // the connection is kept alive: what came is the answer
      }
      return answer.toString();
    }
  }
}
