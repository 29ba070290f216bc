package io.lesnode.app.node;

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
 */
public record Endpoints(long pid, String enode, Optional<String> http) {
  private static final String NAME = "node.json";

  /** Reads what a running node wrote; empty while there is nothing complete. */
  public static Optional<Endpoints> read(Path datadir) {
    try {
      var json = new ObjectMapper().readTree(Files.readString(datadir.resolve(NAME)));
      String http = json.path("http").asText("");
      return Optional.of(
          new Endpoints(
              json.path("pid").asLong(),
              json.path("enode").asText(),
              http.isEmpty() ? Optional.empty() : Optional.of(http)));
    } catch (IOException none) {
      return Optional.empty();
    }
  }

  /** Writes the file in one step; closing the result removes it. */
  AutoCloseable publish(Path datadir) {
    ObjectNode json = new ObjectMapper().createObjectNode();
    json.put("pid", pid);
    json.put("enode", enode);
    http.ifPresent(url -> json.put("http", url));
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
