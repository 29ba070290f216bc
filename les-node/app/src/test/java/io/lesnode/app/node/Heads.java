package io.lesnode.app.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.lesnode.chain.blocks.Subscription;
import io.lesnode.les.client.LightClient;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Waits for a light client to get somewhere. Stateless. */
final class Heads {
  private Heads() {}

  /** Returns when the client's head has this number or a higher one. */
  static void await(LightClient client, long number, Duration limit) throws InterruptedException {
    CountDownLatch there = new CountDownLatch(1);
    Subscription heads =
        client.onHead(
            change -> {
              if (change.head().number() >= number) {
                there.countDown();
              }
            });
    boolean reached =
        client.head().number() >= number || there.await(limit.toMillis(), TimeUnit.MILLISECONDS);
    heads.close();
    assertThat(reached)
        .as("block %d within %s, status: %s", number, limit, client.status().message())
        .isTrue();
  }
}
