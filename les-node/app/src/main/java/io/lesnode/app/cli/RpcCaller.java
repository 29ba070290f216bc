package io.lesnode.app.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lesnode.app.node.NodeFailure;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/** Calls JSON-RPC methods of a node over HTTP, as any program outside would. */
public final class RpcCaller implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration TIMEOUT = Duration.ofSeconds(30);

  private final URI url;
  private final HttpClient http = HttpClient.newBuilder().connectTimeout(TIMEOUT).build();

  /** Calls the node at a URL. */
  public RpcCaller(String url) {
    this.url = URI.create(url);
  }

  /** The result of a call; parameters are texts or booleans or lists of texts. */
  public JsonNode call(String method, Object... parameters) {
    ObjectNode request = JSON.createObjectNode();
    request.put("jsonrpc", "2.0").put("id", 1).put("method", method);
    ArrayNode list = request.putArray("params");
    for (Object parameter : parameters) {
      list.add(JSON.<JsonNode>valueToTree(parameter));
    }
    JsonNode answer = post(request);
    if (answer.has("error")) {
      throw new NodeFailure(
          method + " failed", answer.path("error").path("message").asText(), "", null);
    }
    return answer.path("result");
  }

  private JsonNode post(ObjectNode request) {
    try {
      HttpResponse<byte[]> response =
          http.send(
              HttpRequest.newBuilder(url)
                  .timeout(TIMEOUT)
                  .header("content-type", "application/json")
                  .POST(HttpRequest.BodyPublishers.ofString(request.toString()))
                  .build(),
              HttpResponse.BodyHandlers.ofByteArray());
      return JSON.readTree(response.body());
    } catch (IOException broken) {
      throw new NodeFailure(
          "the node at " + url + " does not answer", broken.toString(), "", broken);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new NodeFailure("waiting for " + url + " was interrupted", "", "", stopped);
    }
  }

  @Override
  public void close() {
    http.shutdownNow();
  }
}
