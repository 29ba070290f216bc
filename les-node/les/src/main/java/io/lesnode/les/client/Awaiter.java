package io.lesnode.les.client;

import java.util.concurrent.CompletableFuture;

/**
 * How a caller waits for the client loop. In production it blocks its thread; a test on virtual
 * time runs the loop instead.
 */
interface Awaiter {
  /** Blocks. */
  Awaiter BLOCKING =
      new Awaiter() {
        @Override
        public <T> T await(CompletableFuture<T> future) {
          return future.join();
        }
      };

  /** Waits for the future and returns its value. */
  <T> T await(CompletableFuture<T> future);
}
