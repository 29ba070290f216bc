package io.lesnode.rpc;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One subscription of one connection. What happens before its id has been sent to the caller waits,
 * so that no notification overtakes the id. Thread-safe: feeds notify from threads of their own.
 */
public final class RpcSubscription implements RpcFeed.Subscriber {
  private final String id;
  private final String group;
  private final RpcSession session;

  // guarded by this
  private @Nullable List<JsonNode> waiting = new ArrayList<>();
  private @Nullable Runnable stop;
  private boolean ended;

  RpcSubscription(String id, String group, RpcSession session) {
    this.id = id;
    this.group = group;
    this.session = session;
  }

  /** What the caller knows it by. */
  public String id() {
    return id;
  }

  /** Notes what stops the feed; stops it at once if the connection ended meanwhile. */
  void startedBy(Runnable stopsFeed) {
    synchronized (this) {
      if (!ended) {
        stop = stopsFeed;
        return;
      }
    }
    stopsFeed.run();
  }

  /** Takes an event of the feed; never blocks. */
  @Override
  public synchronized void accept(JsonNode result) {
    if (ended) {
      return;
    }
    if (waiting == null) {
      session.send(message(result));
    } else if (waiting.size() < session.maxQueued()) {
      waiting.add(result);
    } else {
      session.cut("more than " + session.maxQueued() + " notifications wait for a subscription");
    }
  }

  /** Ends the connection: the caller would believe that nothing happened. */
  @Override
  public void broken(String reason) {
    session.cut(reason);
  }

  /** The caller has been told the id. */
  public synchronized void activate() {
    List<JsonNode> early = waiting;
    waiting = null;
    if (early != null && !ended) {
      early.forEach(result -> session.send(message(result)));
    }
  }

  /** Stops the feed; a second call does nothing. */
  void end() {
    Runnable stopsFeed;
    synchronized (this) {
      ended = true;
      stopsFeed = stop;
      stop = null;
    }
    if (stopsFeed != null) {
      stopsFeed.run();
    }
  }

  private ObjectNode message(JsonNode result) {
    ObjectNode message = JsonNodeFactory.instance.objectNode();
    message.put("jsonrpc", "2.0");
    message.put("method", group + "_subscription");
    ObjectNode params = message.putObject("params");
    params.put("subscription", id);
    params.set("result", result);
    return message;
  }
}
