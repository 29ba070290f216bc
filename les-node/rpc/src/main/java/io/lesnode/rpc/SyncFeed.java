package io.lesnode.rpc;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * The subscription "syncing" and eth_syncing, in the shapes of geth v1.10.26. The state is looked
 * at once a second while somebody is subscribed. Thread-safe.
 */
final class SyncFeed {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final long PERIOD_MILLIS = 1000;

  /** What geth counts besides headers; a node that does not copy states has done none of it. */
  private static final List<String> OF_STATE_SYNC =
      List.of(
          "SyncedAccounts",
          "SyncedAccountBytes",
          "SyncedBytecodes",
          "SyncedBytecodeBytes",
          "SyncedStorage",
          "SyncedStorageBytes",
          "HealedTrienodes",
          "HealedTrienodeBytes",
          "HealedBytecodes",
          "HealedBytecodeBytes",
          "HealingTrienodes",
          "HealingBytecode");

  private final EthBackend backend;
  private final ScheduledExecutorService clock =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("rpc-syncing").factory());

  SyncFeed(EthBackend backend) {
    this.backend = backend;
  }

  void register(Map<String, RpcMethod> methods) {
    methods.put("eth_syncing", args -> syncing());
  }

  void registerFeeds(Map<String, RpcFeed> feeds) {
    feeds.put(
        "eth/syncing",
        (args, subscriber) -> {
          args.atMost(1);
          return follow(subscriber);
        });
  }

  private JsonNode syncing() {
    Optional<EthBackend.SyncProgress> progress = backend.syncing();
    if (progress.isEmpty()) {
      return JSON.booleanNode(false);
    }
    ObjectNode json = JSON.objectNode();
    json.set("startingBlock", EthJson.quantity(progress.get().startingBlock()));
    json.set("currentBlock", EthJson.quantity(progress.get().currentBlock()));
    json.set("highestBlock", EthJson.quantity(progress.get().highestBlock()));
    for (String name : OF_STATE_SYNC) {
      json.put(Character.toLowerCase(name.charAt(0)) + name.substring(1), "0x0");
    }
    return json;
  }

  private Runnable follow(Consumer<JsonNode> notified) {
    Watch watch = new Watch(notified);
    ScheduledFuture<?> looking =
        clock.scheduleWithFixedDelay(watch, 0, PERIOD_MILLIS, TimeUnit.MILLISECONDS);
    return () -> looking.cancel(false);
  }

  /**
   * Tells one subscriber when a sync begins and when it is over. Confined to the clock's thread.
   */
  private final class Watch implements Runnable {
    private final Consumer<JsonNode> notified;
    private boolean syncing;

    private Watch(Consumer<JsonNode> notified) {
      this.notified = notified;
    }

    @Override
    public void run() {
      Optional<EthBackend.SyncProgress> progress = backend.syncing();
      if (progress.isPresent() == syncing) {
        return;
      }
      syncing = progress.isPresent();
      notified.accept(
          progress.<JsonNode>map(SyncFeed::begun).orElseGet(() -> JSON.booleanNode(false)));
    }
  }

  /** geth marshals the Go struct as it is: capital letters, plain numbers. */
  private static ObjectNode begun(EthBackend.SyncProgress progress) {
    ObjectNode json = JSON.objectNode();
    json.put("syncing", true);
    ObjectNode status = json.putObject("status");
    status.put("StartingBlock", progress.startingBlock());
    status.put("CurrentBlock", progress.currentBlock());
    status.put("HighestBlock", progress.highestBlock());
    status.put("PulledStates", 0);
    status.put("KnownStates", 0);
    OF_STATE_SYNC.forEach(name -> status.put(name, 0));
    return json;
  }
}
