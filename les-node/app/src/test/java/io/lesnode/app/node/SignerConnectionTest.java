package io.lesnode.app.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import io.lesnode.payment.SignerException;
import io.lesnode.payment.SigningRequest;
import io.lesnode.payment.signing.CompactSignature;
import io.lesnode.payment.signing.ExternalSigner;
import io.lesnode.payment.signing.PersonalMessage;
import io.lesnode.primitives.crypto.KeyPair;
import io.lesnode.primitives.crypto.Signature;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.UnaryOperator;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A signing program beside us, over HTTP and over its socket. */
class SignerConnectionTest {
  private static final KeyPair KEY = KeyPair.ofSecret(Bytes32.repeat((byte) 0x41));
  private static final SigningRequest REQUEST =
      new SigningRequest(
          SigningRequest.Kind.DIGEST, Bytes32.repeat((byte) 7), Bytes.EMPTY, "a binding");

  @TempDir Path folder;

  private static String sign(String text) {
    try {
      JsonNode call = new ObjectMapper().readTree(text);
      Bytes message = Bytes.fromHexString(call.get("params").get(2).asText());
      Signature signature = KEY.sign(PersonalMessage.digest(message));
      return "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":\""
          + Bytes.concatenate(signature.toBytes64(), Bytes.of(27 + signature.yParity()))
              .toHexString()
          + "\"}";
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static HttpServer http(UnaryOperator<String> program) throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1);
    server.createContext(
        "/",
        exchange -> {
          String asked =
              new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
          byte[] answer = program.apply(asked).getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(200, answer.length);
          try (OutputStream body = exchange.getResponseBody()) {
            body.write(answer);
          }
        });
    server.start();
    return server;
  }

  private static void assertSigns(String place) throws Exception {
    ExternalSigner signer =
        new ExternalSigner(KEY.address(), new SignerConnection(place, Duration.ofSeconds(20)));
    Signature signature = signer.sign(REQUEST);
    assertThat(
            CompactSignature.of(signature)
                .isBy(KEY.address(), PersonalMessage.digest(REQUEST.digest())))
        .isTrue();
  }

  @Test
  void overHttp() throws Exception {
    HttpServer server = http(SignerConnectionTest::sign);
    try {
      assertSigns("http://127.0.0.1:" + server.getAddress().getPort());
    } finally {
      server.stop(0);
    }
  }

  @Test
  void overItsSocketWhichStaysOpen() throws Exception {
    Path path = folder.resolve("signer.ipc");
    try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      server.bind(UnixDomainSocketAddress.of(path));
      Thread program =
          Thread.startVirtualThread(
              () -> {
                try (SocketChannel client = server.accept()) {
                  JsonNode call =
                      new ObjectMapper()
                          .disable(JsonParser.Feature.AUTO_CLOSE_SOURCE)
                          .readTree(Channels.newInputStream(client));
                  client.write(
                      ByteBuffer.wrap(sign(call.toString()).getBytes(StandardCharsets.UTF_8)));
                  // It stays open until the other side closes.
                  assertThat(client.read(ByteBuffer.allocate(1))).isNegative();
                } catch (IOException e) {
                  throw new AssertionError(e);
                }
              });
      assertSigns(path.toString());
      program.join();
    }
  }

  @Test
  void nobodyThereAndTooMuch() throws Exception {
    for (String place :
        new String[] {folder.resolve("nobody.ipc").toString(), "http://127.0.0.1:1"}) {
      assertThatThrownBy(() -> new SignerConnection(place, Duration.ofSeconds(5)).call("{}"))
          .isInstanceOf(SignerException.class)
          .hasMessageContaining("is it running?");
    }
    HttpServer server = http(text -> "\"" + "x".repeat(300_000) + "\"");
    try {
      String place = "http://127.0.0.1:" + server.getAddress().getPort();
      assertThatThrownBy(() -> new SignerConnection(place, Duration.ofSeconds(20)).call("{}"))
          .hasMessageContaining("larger than 256 KiB");
    } finally {
      server.stop(0);
    }
  }
}
