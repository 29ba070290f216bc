package io.lesnode.app.node;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;

/**
 * Where a running node can be reached: kept as {@code node.json} in its data folder while it runs,
 * so that programs which started it on free ports find it.
 *
 * @param pid process id
 * @param enode URL for peers
 * @param http URL for JSON-RPC, if it is served
 * @param webSocket URL for JSON-RPC over WebSocket, if it is served
 * @param authenticated URL of the port that takes tokens, if there is one
 * @param ipc path of the Unix domain socket, if there is one
 * @param metrics URL for Prometheus, if there is one
 */
public record Endpoints(
    long pid,
    String enode,
    Optional<String> http,
    Optional<String> webSocket,
    Optional<String> authenticated,
    Optional<Path> ipc,
    Optional<String> metrics) {
  private static final String NAME = "node.json";

  /** Reads what a running node wrote; empty while there is nothing complete. */
  public static Optional<Endpoints> read(Path datadir) {
    try {
      JsonNode json = new ObjectMapper().readTree(Files.readString(datadir.resolve(NAME)));
      return Optional.of(
          new Endpoints(
              json.path("pid").asLong(),
              json.path("enode").asText(),
              text(json, "http"),
              text(json, "ws"),
              text(json, "authrpc"),
              text(json, "ipc").map(Path::of),
              text(json, "metrics")));
    } catch (IOException none) {
      return Optional.empty();
    }
  }

  private static Optional<String> text(JsonNode json, String name) {
    String text = json.path(name).asText("");
    return text.isEmpty() ? Optional.empty() : Optional.of(text);
  }

  /** Writes the file in one step; closing the result removes it. */
  AutoCloseable publish(Path datadir) {
    ObjectNode json = new ObjectMapper().createObjectNode();
    json.put("pid", pid);
    json.put("enode", enode);
    http.ifPresent(url -> json.put("http", url));
    webSocket.ifPresent(url -> json.put("ws", url));
    authenticated.ifPresent(url -> json.put("authrpc", url));
    ipc.ifPresent(path -> json.put("ipc", path.toString()));
    metrics.ifPresent(url -> json.put("metrics", url));
    Path file = datadir.resolve(NAME);
    try {
      Path temporary = Files.createTempFile(datadir, NAME, ".part");
      Files.writeString(temporary, json.toString());
      Files.move(
          temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException unwritable) {
      throw new NodeFailure(
          "the data folder cannot be written",
          unwritable.toString(),
          "Check its permissions and space",
          unwritable);
    }
    return () -> Files.deleteIfExists(file);
  }
}
