package io.lesnode.rpc;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.function.Consumer;

/**
 * Something a caller can subscribe to. {@link #subscribe} is called on a virtual thread and may
 * block shortly; the subscriber may be called on any thread.
 */
@FunctionalInterface
public interface RpcFeed {
  /**
   * Starts notifying.
   *
   * @param arguments those of the call; the first is the name of the feed
   * @return what stops it; may be run more than once
   * @throws RpcException if the arguments cannot be used
   */
  Runnable subscribe(Arguments arguments, Subscriber subscriber);

  /** The caller's end of a subscription. Thread-safe, never blocks. */
  interface Subscriber extends Consumer<JsonNode> {
    /** Takes a notification, which must not change afterwards. */
    @Override
    void accept(JsonNode notification);

    /** Events are missing, so the caller must not go on as if nothing had happened. */
    void broken(String reason);
  }
}
