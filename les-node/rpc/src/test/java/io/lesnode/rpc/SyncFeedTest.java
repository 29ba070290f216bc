package io.lesnode.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.lesnode.rpc.EthBackend.SyncProgress;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** eth_syncing and the subscription to it, in geth's shapes. */
class SyncFeedTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int WAIT_SECONDS = 20;

  private final FakeChain chain = new FakeChain();
  private final SyncFeed feed = new SyncFeed(chain);

  @Test
  void answersWithQuantities() throws Exception {
    Map<String, RpcMethod> methods = new HashMap<>();
    feed.register(methods);
    RpcMethod syncing = methods.get("eth_syncing");
    Arguments none = Arguments.of(JSON.createArrayNode());

    assertThat(syncing.call(none).isBoolean()).isTrue();
    chain.syncing(Optional.of(new SyncProgress(1, 20, 300)));
    JsonNode answer = syncing.call(none);

    assertThat(answer.path("startingBlock").asText()).isEqualTo("0x1");
    assertThat(answer.path("currentBlock").asText()).isEqualTo("0x14");
    assertThat(answer.path("highestBlock").asText()).isEqualTo("0x12c");
    assertThat(answer.path("healingBytecode").asText()).isEqualTo("0x0");
    assertThat(answer).hasSize(15);
  }

  @Test
  void tellsWhenASyncBeginsAndEnds() throws Exception {
    Map<String, RpcFeed> feeds = new HashMap<>();
    feed.registerFeeds(feeds);
    BlockingQueue<JsonNode> heard = new LinkedBlockingQueue<>();
    chain.syncing(Optional.of(new SyncProgress(1, 20, 300)));
    Runnable stop =
        feeds
            .get("eth/syncing")
            .subscribe(
                Arguments.of(JSON.createArrayNode().add("syncing")),
                new RpcFeed.Subscriber() {
                  @Override
                  public void accept(JsonNode notification) {
                    heard.add(notification);
                  }

                  @Override
                  public void broken(String reason) {
                    throw new AssertionError(reason);
                  }
                });

    JsonNode begun = heard.poll(WAIT_SECONDS, TimeUnit.SECONDS);
    chain.syncing(Optional.empty());
    JsonNode over = heard.poll(WAIT_SECONDS, TimeUnit.SECONDS);
    stop.run();

    assertThat(begun.path("syncing").asBoolean()).isTrue();
    assertThat(begun.at("/status/HighestBlock").asLong()).isEqualTo(300);
    assertThat(over).hasToString("false");
  }
}
