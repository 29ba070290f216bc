package io.lesnode.benchmarks.light;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/** JSON-RPC over HTTP. Thread-safe. */
final class RpcUrl {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration LIMIT = Duration.ofSeconds(60);

  private final HttpClient http = HttpClient.newHttpClient();
  private final URI url;

  RpcUrl(String url) {
    this.url = URI.create(url);
  }

  /** The result of a call. */
  JsonNode call(String method, Object... params) throws IOException, InterruptedException {
    ObjectNode request = JSON.createObjectNode();
    request.put("jsonrpc", "2.0").put("id", 1).put("method", method);
    request.set("params", JSON.valueToTree(params));
    HttpResponse<byte[]> response =
        http.send(
            HttpRequest.newBuilder(url)
                .timeout(LIMIT)
                .header("content-type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofByteArray(JSON.writeValueAsBytes(request)))
                .build(),
            HttpResponse.BodyHandlers.ofByteArray());
    JsonNode answer = JSON.readTree(response.body());
    if (!answer.has("result")) {
      throw new IOException(method + ": " + answer);
    }
    return answer.path("result");
  }

  /** The height, -1 while it cannot be told. */
  long height() throws InterruptedException {
    try {
      return Long.decode(call("eth_blockNumber").asText());
    } catch (IOException notYet) {
      return -1;
    }
  }
}
