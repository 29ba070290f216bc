package io.lesnode.app.rpc;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lesnode.evm.state.MissingStateException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns the bytes of a JSON-RPC request, or a batch of them, into the bytes of the answer, with the
 * error codes and texts of geth v1.10.26 (rpc/handler.go, rpc/json.go). Immutable; called from any
 * thread, on which it also runs the methods.
 */
final class RpcDispatcher {
  private static final Logger LOG = LoggerFactory.getLogger(RpcDispatcher.class);
  private static final int MAX_NESTING = 64;

  private final Map<String, RpcMethod> methods;
  private final RpcLimits limits;
  private final ObjectMapper json;

  RpcDispatcher(Map<String, RpcMethod> methods, RpcLimits limits) {
    this.methods = Map.copyOf(methods);
    this.limits = limits;
    this.json =
        new ObjectMapper(
            JsonFactory.builder()
                .streamReadConstraints(
                    StreamReadConstraints.builder()
                        .maxNestingDepth(MAX_NESTING)
                        .maxStringLength(limits.maxBodyBytes())
                        .maxNumberLength(400)
                        .build())
                .build());
  }

  /** Answers one body; empty when nothing is to be said (notifications, an empty body). */
  Optional<byte[]> answer(byte[] body) {
    JsonNode root;
    try {
      root = json.readTree(body);
    } catch (IOException notJson) {
      return Optional.of(
          write(error(null, new RpcException(RpcException.PARSE_ERROR, "parse error"))));
    }
    if (root == null || root.isMissingNode()) {
      return Optional.empty();
    }
    if (root.isArray()) {
      return batch(root);
    }
    ObjectNode reply = one(root);
    return reply == null ? Optional.empty() : Optional.of(write(reply));
  }

  private Optional<byte[]> batch(JsonNode items) {
    if (items.isEmpty()) {
      return Optional.of(
          write(error(null, new RpcException(RpcException.INVALID_REQUEST, "empty batch"))));
    }
    if (items.size() > limits.maxBatchItems()) {
      return Optional.of(
          write(error(null, new RpcException(RpcException.INVALID_REQUEST, "batch too large"))));
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (JsonNode item : items) {
      ObjectNode reply =
          out.size() > limits.maxBatchResponseBytes()
              ? error(
                  id(item), new RpcException(RpcException.RESPONSE_TOO_LARGE, "response too large"))
              : one(item);
      if (reply != null) {
        out.write(out.size() == 0 ? '[' : ',');
        out.writeBytes(write(reply));
      }
    }
    if (out.size() == 0) {
      return Optional.empty();
    }
    out.write(']');
    return Optional.of(out.toByteArray());
  }

  private @Nullable ObjectNode one(JsonNode request) {
    JsonNode id = id(request);
    JsonNode method = request.path("method");
    if (!method.isTextual() || method.textValue().isEmpty()) {
      boolean response = id != null && (request.has("result") || request.has("error"));
      return response
          ? null
          : error(id, new RpcException(RpcException.INVALID_REQUEST, "invalid request"));
    }
    if (id == null && request.has("id")) {
      return error(null, new RpcException(RpcException.INVALID_REQUEST, "invalid request"));
    }
    ObjectNode reply = call(id, method.textValue(), request.path("params"));
    return id == null ? null : reply;
  }

  private ObjectNode call(@Nullable JsonNode id, String name, JsonNode params) {
    long startNanos = System.nanoTime();
    try {
      RpcMethod method = methods.get(name);
      if (method == null) {
        throw new RpcException(
            RpcException.METHOD_NOT_FOUND,
            "the method " + printable(name) + " does not exist/is not available");
      }
      JsonNode result = method.call(Arguments.of(params));
      ObjectNode reply = envelope(id);
      reply.set("result", result);
      LOG.debug("served {} in {} µs", name, (System.nanoTime() - startNanos) / 1000);
      return reply;
    } catch (RpcException refused) {
      LOG.debug("refused {}: {}", printable(name), refused.text());
      return error(id, refused);
    } catch (MissingStateException unavailable) {
      // pruned, or nobody on the network has it: the message says which
      return error(id, new RpcException(String.valueOf(unavailable.getMessage())));
    } catch (RuntimeException bug) {
      LOG.error("request {} failed inside the node", printable(name), bug);
      return error(id, new RpcException("internal error: " + bug));
    }
  }

  private ObjectNode envelope(@Nullable JsonNode id) {
    ObjectNode reply = json.createObjectNode();
    reply.put("jsonrpc", "2.0");
    reply.set("id", id == null ? NullNode.instance : id);
    return reply;
  }

  private ObjectNode error(@Nullable JsonNode id, RpcException problem) {
    ObjectNode reply = envelope(id);
    ObjectNode error = reply.putObject("error");
    error.put("code", problem.code());
    error.put("message", problem.text());
    String data = problem.data();
    if (data != null) {
      error.put("data", data);
    }
    return reply;
  }

  private byte[] write(JsonNode node) {
    try {
      return json.writeValueAsString(node).getBytes(StandardCharsets.UTF_8);
    } catch (JsonProcessingException unreachable) {
      throw new IllegalStateException("a JSON tree that cannot be written", unreachable);
    }
  }

  /**
   * The id to echo; null when there is none, or when it is an object or array (geth refuses it).
   */
  private static @Nullable JsonNode id(JsonNode request) {
    JsonNode id = request.get("id");
    return id == null || id.isContainerNode() ? null : id;
  }

  /**
   * A method name as given by the caller, cut and without control characters, for logs and errors.
   */
  private static String printable(String name) {
    String cut = name.length() <= 80 ? name : name.substring(0, 80) + "…";
    return cut.replaceAll("\\p{Cntrl}", "?");
  }
}
