package io.lesnode.app.cli;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lesnode.app.node.NodeFailure;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Calls JSON-RPC methods of a running node over its Unix domain socket, one after the other. What
 * the node refuses becomes the command's one line. Confined to one thread.
 */
public final class IpcCaller implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration TIMEOUT = Duration.ofSeconds(30);

  private final Path socket;
  private final SocketChannel channel;
  private @Nullable JsonParser answers;
  private final ScheduledExecutorService alarms =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("ipc-timeout").factory());

  private IpcCaller(Path socket, SocketChannel channel) {
    this.socket = socket;
    this.channel = channel;
  }

  /**
   * Connects.
   *
   * @throws NodeFailure if nothing listens there
   */
  public static IpcCaller connect(Path socket) {
    try {
      SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
      try {
        channel.connect(UnixDomainSocketAddress.of(socket));
        return new IpcCaller(socket, channel);
      } catch (IOException nobody) {
        channel.close();
        throw nobody;
      }
    } catch (IOException | IllegalArgumentException nobody) {
      throw new NodeFailure(
          "the node cannot be reached at " + socket,
          String.valueOf(nobody.getMessage()),
          "Is it running, and is this its user? Give its --datadir or --ipcpath",
          nobody);
    }
  }

  /** The result of a call that is answered soon. */
  public JsonNode call(String method, Object... parameters) {
    return call(TIMEOUT, method, parameters);
  }

  /**
   * The result of a call; parameters are texts, numbers, lists and maps.
   *
   * @throws NodeFailure if the node refuses, in its words, or does not answer in time
   */
  public JsonNode call(Duration limit, String method, Object... parameters) {
    ObjectNode request = JSON.createObjectNode();
    request.put("jsonrpc", "2.0").put("id", 1).put("method", method);
    ArrayNode list = request.putArray("params");
    for (Object parameter : parameters) {
      list.add(JSON.<JsonNode>valueToTree(parameter));
    }
    JsonNode answer = exchange(limit, request);
    if (answer.has("error")) {
      throw new NodeFailure(
          "the node refuses", answer.path("error").path("message").asText(), "", null);
    }
    return answer.path("result");
  }

  private JsonNode exchange(Duration limit, ObjectNode request) {
    // a channel has no read timeout: closing it ends the read
    Future<?> alarm =
        alarms.schedule(
            () -> {
              channel.close();
              return true;
            },
            limit.toMillis(),
            TimeUnit.MILLISECONDS);
    try {
      ByteBuffer bytes = ByteBuffer.wrap(JSON.writeValueAsBytes(request));
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      JsonParser parser = answers;
      if (parser == null) {
        // not before: a parser waits for the first byte when it is made
        parser = JSON.createParser(Channels.newInputStream(channel));
        answers = parser;
      }
      JsonNode answer = JSON.readTree(parser);
      if (answer == null) {
        throw new IOException("it closed the connection");
      }
      return answer;
    } catch (IOException broken) {
      throw new NodeFailure(
          "the node at " + socket + " does not answer",
          broken.getMessage() == null ? broken.toString() : broken.getMessage(),
          "",
          broken);
    } finally {
      alarm.cancel(false);
    }
  }

  @Override
  public void close() {
    alarms.shutdownNow();
    try {
      channel.close();
    } catch (IOException alreadyGone) {
      // nothing is left to close
    }
  }
}
