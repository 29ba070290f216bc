package io.lesnode.app.node;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;

/** Calls JSON-RPC methods over HTTP. */
final class RpcClient implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final URI url;
  private final HttpClient client = HttpClient.newHttpClient();

  RpcClient(String url) {
    this.url = URI.create(url);
  }

  /** The whole answer, with result or error. */
  JsonNode call(String method, JsonNode params) {
    ObjectNode request = JSON.createObjectNode();
    request.put("jsonrpc", "2.0");
    request.put("id", 1);
    request.put("method", method);
    request.set("params", params);
    try {
      HttpResponse<byte[]> response =
          client.send(
              HttpRequest.newBuilder(url)
                  .header("content-type", "application/json")
                  .POST(HttpRequest.BodyPublishers.ofByteArray(JSON.writeValueAsBytes(request)))
                  .build(),
              HttpResponse.BodyHandlers.ofByteArray());
      return JSON.readTree(response.body());
    } catch (IOException broken) {
      throw new UncheckedIOException(broken);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(stopped);
    }
  }

  /** The result of a call with text parameters. */
  JsonNode result(String method, String... params) {
    var list = JSON.createArrayNode();
    for (String param : params) {
      list.add(param);
    }
    return call(method, list).path("result");
  }

  @Override
  public void close() {
    client.close();
  }
}
