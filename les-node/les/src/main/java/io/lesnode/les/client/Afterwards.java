package io.lesnode.les.client;

import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Acts on what a future brings when nobody waits for the outcome of the action. Stateless. */
final class Afterwards {
  private static final Logger LOG = LoggerFactory.getLogger(Afterwards.class);

  private Afterwards() {}

  /** Hands the value on; our futures never fail, so that a failure is a bug and is reported. */
  static <T> void on(CompletableFuture<T> future, Consumer<T> action) {
    CompletableFuture<Void> unused =
        future
            .thenAccept(action)
            .exceptionally(
                bug -> {
                  LOG.error("An answer could not be dealt with; this is a bug of the client", bug);
                  return null;
                });
  }
}
