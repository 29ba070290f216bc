package io.lesnode.rpc;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.function.Consumer;

/**
 * Something a caller can subscribe to. {@link #subscribe} is called on a virtual thread and may
 * block shortly; the consumer may be called on any thread, never blocks and takes immutable trees.
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
  Runnable subscribe(Arguments arguments, Consumer<JsonNode> notified);
}
