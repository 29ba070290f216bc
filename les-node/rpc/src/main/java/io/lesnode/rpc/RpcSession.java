package io.lesnode.rpc;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The subscriptions of one WebSocket or IPC connection, ended with it. Thread-safe.
 *
 * <p>Notifications go to a {@link Line}, which bounds those that have not left yet: a caller who
 * does not read loses the connection, never the node its memory.
 */
public final class RpcSession {
  /** The way back to the caller. Thread-safe, never blocks. */
  public interface Line {
    /** Sends a notification; may cut the connection when too many wait. */
    void notify(byte[] message);

    /** Ends the connection, saying why in the log. */
    void cut(String reason);
  }

  private final Line line;
  private final RpcLimits limits;

  // guarded by this
  private final Map<String, RpcSubscription> open = new HashMap<>();
  private boolean closed;

  /** A session whose notifications go to this line. */
  public RpcSession(Line line, RpcLimits limits) {
    this.line = line;
    this.limits = limits;
  }

  /**
   * Starts a subscription that is silent until it is activated.
   *
   * @throws RpcException if the connection has too many, or as the feed does
   */
  RpcSubscription subscribe(String group, RpcFeed feed, Arguments arguments) {
    RpcSubscription subscription = new RpcSubscription(RpcIds.next(), group, this);
    synchronized (this) {
      if (closed) {
        throw new RpcException("the connection is closed");
      }
      if (open.size() >= limits.maxSubscriptions()) {
        throw new RpcException(
            "too many subscriptions on one connection, want at most " + limits.maxSubscriptions());
      }
      open.put(subscription.id(), subscription);
    }
    try {
      subscription.startedBy(feed.subscribe(arguments, subscription));
      return subscription;
    } catch (RuntimeException refused) {
      synchronized (this) {
        open.remove(subscription.id());
      }
      throw refused;
    }
  }

  /** Ends a subscription; whether there was one. */
  boolean unsubscribe(String id) {
    RpcSubscription subscription;
    synchronized (this) {
      subscription = open.remove(id);
    }
    if (subscription == null) {
      return false;
    }
    subscription.end();
    return true;
  }

  /** Ends all; the connection is gone. Feeds are stopped on the calling thread. */
  public void close() {
    List<RpcSubscription> ending;
    synchronized (this) {
      closed = true;
      ending = List.copyOf(open.values());
      open.clear();
    }
    ending.forEach(RpcSubscription::end);
  }

  int maxQueued() {
    return limits.maxQueuedNotifications();
  }

  void send(ObjectNode message) {
    line.notify(message.toString().getBytes(StandardCharsets.UTF_8));
  }

  void cut(String reason) {
    line.cut(reason);
  }
}
