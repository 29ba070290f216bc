package io.lesnode.app.node;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Calls JSON-RPC methods over WebSocket or IPC, one after the other. */
abstract class StreamRpcClient implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int WAIT_SECONDS = 60;

  /** The whole answer, with result or error. */
  JsonNode call(String method, JsonNode params) {
    ObjectNode request = JSON.createObjectNode();
    request.put("jsonrpc", "2.0").put("id", 1).put("method", method);
    request.set("params", params);
    try {
      send(request.toString());
      return read();
    } catch (IOException broken) {
      throw new UncheckedIOException(broken);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(stopped);
    }
  }

  /** The whole answer to a call with texts and numbers. */
  JsonNode ask(String method, Object... params) {
    return call(method, JSON.valueToTree(params));
  }

  abstract void send(String text) throws IOException;

  abstract JsonNode read() throws IOException, InterruptedException;

  @Override
  public abstract void close();

  /** Over a Unix domain socket. */
  static StreamRpcClient ipc(Path socket) throws IOException {
    SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
    channel.connect(UnixDomainSocketAddress.of(socket));
    return new StreamRpcClient() {
      private @Nullable JsonParser answers;

      @Override
      void send(String text) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(JSON.writeValueAsBytes(JSON.readTree(text)));
        while (bytes.hasRemaining()) {
          channel.write(bytes);
        }
      }

      @Override
      JsonNode read() throws IOException {
        JsonParser parser = answers;
        if (parser == null) {
          // not before: a parser waits for the first byte when it is made
          parser = JSON.createParser(Channels.newInputStream(channel));
          answers = parser;
        }
        return JSON.readTree(parser);
      }

      @Override
      public void close() {
        try {
          channel.close();
        } catch (IOException broken) {
          throw new UncheckedIOException(broken);
        }
      }
    };
  }

  /** Over WebSocket. */
  static StreamRpcClient ws(String url, String... headers) {
    HttpClient client = HttpClient.newHttpClient();
    Collector messages = new Collector();
    WebSocket.Builder builder = client.newWebSocketBuilder();
    for (int i = 0; i < headers.length; i += 2) {
      builder.header(headers[i], headers[i + 1]);
    }
    WebSocket webSocket = builder.buildAsync(URI.create(url), messages).join();
    return new StreamRpcClient() {
      @Override
      void send(String text) {
        webSocket.sendText(text, true).join();
      }

      @Override
      JsonNode read() throws IOException, InterruptedException {
        String message = messages.whole.poll(WAIT_SECONDS, TimeUnit.SECONDS);
        if (message == null) {
          throw new IOException("no answer within " + WAIT_SECONDS + " s");
        }
        return JSON.readTree(message);
      }

      @Override
      public void close() {
        webSocket.abort();
        client.close();
      }
    };
  }

  private static final class Collector implements WebSocket.Listener {
    final BlockingQueue<String> whole = new LinkedBlockingQueue<>();
    private final StringBuilder partial = new StringBuilder();

    @Override
    public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
      partial.append(data);
      if (last) {
        whole.add(partial.toString());
        partial.setLength(0);
      }
      from.request(1);
      return null;
    }
  }
}
