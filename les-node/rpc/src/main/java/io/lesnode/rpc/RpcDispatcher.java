package io.lesnode.rpc;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.lesnode.evm.state.MissingStateException;
import io.lesnode.les.client.RetrievalException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns the bytes of a JSON-RPC request, or a batch of them, into the bytes of the answer, with the
 * error codes and texts of geth v1.10.26 (rpc/handler.go, rpc/json.go). Subscriptions need a
 * session, which only WebSocket and IPC connections have. Immutable; called from any thread, on
 * which it also runs the methods.
 */
public final class RpcDispatcher {
  private static final Logger LOG = LoggerFactory.getLogger(RpcDispatcher.class);
  private static final int MAX_NESTING = 64;

  private static final String SUBSCRIBE = "_subscribe";
  private static final String UNSUBSCRIBE = "_unsubscribe";

  private final RpcOffer offer;
  private final RpcLimits limits;
  private final ObjectMapper json;

  /** Answers with what is offered, within limits. */
  public RpcDispatcher(RpcOffer offer, RpcLimits limits) {
    this.offer = offer;
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

  /** Answers one message of a caller who cannot subscribe. */
  public RpcReply answer(byte[] body) {
    return answer(body, null);
  }

  /** Answers one message. */
  public RpcReply answer(byte[] body, @Nullable RpcSession session) {
    Turn turn = new Turn(session, new ArrayList<>());
    JsonNode root;
    try {
      root = json.readTree(body);
    } catch (IOException notJson) {
      byte[] refusal =
          write(error(null, new RpcException(RpcException.PARSE_ERROR, "parse error")));
      return new RpcReply(Optional.of(refusal), List.of(), true);
    }
    if (root == null || root.isMissingNode()) {
      return new RpcReply(Optional.empty(), List.of(), false);
    }
    Optional<byte[]> bytes =
        root.isArray() ? batch(turn, root) : Optional.ofNullable(one(turn, root)).map(this::write);
    return new RpcReply(bytes, turn.opened(), false);
  }

  /** Answers a message that the transport itself had to refuse. */
  public byte[] refusal(RpcException problem) {
    return write(error(null, problem));
  }

  /** The answering of one message: who asked, and what was subscribed meanwhile. */
  private record Turn(@Nullable RpcSession session, List<RpcSubscription> opened) {}

  private Optional<byte[]> batch(Turn turn, JsonNode items) {
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
              : one(turn, item);
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

  private @Nullable ObjectNode one(Turn turn, JsonNode request) {
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
    ObjectNode reply = call(turn, id, method.textValue(), request.path("params"));
    return id == null ? null : reply;
  }

  private ObjectNode call(Turn turn, @Nullable JsonNode id, String name, JsonNode params) {
    long startNanos = System.nanoTime();
    try {
      ObjectNode reply = envelope(id);
      reply.set("result", run(turn, name, params));
      LOG.debug("served {} in {} µs", name, (System.nanoTime() - startNanos) / 1000);
      return reply;
    } catch (RpcException refused) {
      LOG.debug("refused {}: {}", printable(name), refused.text());
      return error(id, refused);
    } catch (MissingStateException | RetrievalException unavailable) {
      // pruned, or nobody on the network has it: the message says which
      return error(id, new RpcException(String.valueOf(unavailable.getMessage())));
    } catch (RuntimeException bug) {
      LOG.error("request {} failed inside the node", printable(name), bug);
      return error(id, new RpcException("internal error: " + bug));
    }
  }

  private JsonNode run(Turn turn, String name, JsonNode params) {
    if (name.endsWith(SUBSCRIBE) && !name.endsWith(UNSUBSCRIBE)) {
      return subscribe(turn, name.substring(0, name.length() - SUBSCRIBE.length()), params);
    }
    if (name.endsWith(UNSUBSCRIBE)) {
      return unsubscribe(turn, Arguments.of(params));
    }
    RpcMethod method =
        offer
            .method(name)
            .orElseThrow(
                () ->
                    new RpcException(
                        RpcException.METHOD_NOT_FOUND,
                        "the method " + printable(name) + " does not exist/is not available"));
    return method.call(Arguments.of(params));
  }

  private JsonNode subscribe(Turn turn, String group, JsonNode params) {
    if (turn.session() == null) {
      throw new RpcException("notifications not supported");
    }
    Arguments arguments = Arguments.of(params);
    if (!params.path(0).isTextual()) {
      throw new RpcException(
          RpcException.INVALID_PARAMS, "expected subscription name as first argument");
    }
    String name = arguments.string(0);
    RpcFeed feed =
        offer
            .feed(group, name)
            .orElseThrow(
                () ->
                    new RpcException(
                        RpcException.METHOD_NOT_FOUND,
                        "no \""
                            + printable(name)
                            + "\" subscription in "
                            + printable(group)
                            + " namespace"));
    RpcSubscription subscription = turn.session().subscribe(group, feed, arguments);
    turn.opened().add(subscription);
    return TextNode.valueOf(subscription.id());
  }

  private static JsonNode unsubscribe(Turn turn, Arguments arguments) {
    String id = arguments.atMost(1).string(0);
    if (turn.session() == null || !turn.session().unsubscribe(id)) {
      throw new RpcException("subscription not found");
    }
    return BooleanNode.TRUE;
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
  static String printable(String name) {
    String cut = name.length() <= 80 ? name : name.substring(0, 80) + "…";
    return cut.replaceAll("\\p{Cntrl}", "?");
  }
}
