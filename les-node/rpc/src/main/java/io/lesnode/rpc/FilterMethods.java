package io.lesnode.rpc;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.lesnode.primitives.BlockHeader;
import io.lesnode.primitives.Transaction;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * eth_getLogs, the filters that callers poll, and the subscriptions newHeads, logs and
 * newPendingTransactions: geth's eth/filters/api.go. Thread-safe.
 */
final class FilterMethods {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private final EthBackend backend;
  private final LogSearch search;
  private final ChainFollower heads;
  private final LogFollower logs;
  private final FilterTable filters = new FilterTable(System::nanoTime);

  FilterMethods(EthBackend backend) {
    this.backend = backend;
    this.search = new LogSearch(backend);
    this.heads = new ChainFollower(backend, "rpc-heads");
    this.logs = new LogFollower(backend);
  }

  void register(Map<String, RpcMethod> methods) {
    methods.put("eth_getLogs", args -> search.find(query(args.atMost(1), 0)));
    methods.put("eth_newFilter", args -> newFilter(query(args.atMost(1), 0)));
    methods.put("eth_newBlockFilter", args -> newBlockFilter());
    methods.put("eth_newPendingTransactionFilter", this::newPendingTransactionFilter);
    methods.put("eth_getFilterChanges", args -> filters.changes(args.atMost(1).string(0)));
    methods.put("eth_getFilterLogs", args -> filterLogs(args.atMost(1).string(0)));
    methods.put(
        "eth_uninstallFilter", args -> JSON.booleanNode(filters.remove(args.atMost(1).string(0))));
  }

  void registerFeeds(Map<String, RpcFeed> feeds) {
    feeds.put(
        "eth/newHeads",
        (args, subscriber) -> {
          args.atMost(1);
          return newHeads(header -> subscriber.accept(EthJson.plainHeader(header)));
        });
    feeds.put("eth/logs", (args, subscriber) -> followLogs(query(args.atMost(2), 1), subscriber));
    feeds.put("eth/newPendingTransactions", this::followPending);
  }

  private static LogFilter query(Arguments args, int index) {
    JsonNode query = args.required(index);
    return args.decode(index, () -> LogFilter.parse(query));
  }

  private Runnable newHeads(Consumer<BlockHeader> listener) {
    return heads.follow(move -> move.adopted().forEach(listener));
  }

  // ---- filters

  private JsonNode newFilter(LogFilter filter) {
    String id =
        filters.install(
            filter,
            inbox ->
                logs.follow(
                    filter,
                    new LogFollower.Listener() {
                      @Override
                      public void onLogs(List<JsonNode> found) {
                        found.forEach(inbox::add);
                      }

                      @Override
                      public void onGap(String reason) {
                        inbox.fail(reason);
                      }
                    }));
    return JSON.textNode(id);
  }

  private JsonNode newBlockFilter() {
    return JSON.textNode(
        filters.install(null, inbox -> newHeads(header -> inbox.add(EthJson.data(header.hash())))));
  }

  private JsonNode newPendingTransactionFilter(Arguments args) {
    boolean full = full(args.atMost(1), 0);
    return JSON.textNode(
        filters.install(
            null, inbox -> backend.onPending(pending -> inbox.add(pending(pending, full)))));
  }

  private JsonNode filterLogs(String id) {
    return search.find(filters.query(id).orElseThrow(() -> new RpcException("filter not found")));
  }

  // ---- subscriptions

  private Runnable followLogs(LogFilter filter, RpcFeed.Subscriber subscriber) {
    return logs.follow(
        filter,
        new LogFollower.Listener() {
          @Override
          public void onLogs(List<JsonNode> found) {
            found.forEach(subscriber);
          }

          @Override
          public void onGap(String reason) {
            subscriber.broken(reason);
          }
        });
  }

  private Runnable followPending(Arguments args, RpcFeed.Subscriber subscriber) {
    boolean full = full(args.atMost(2), 1);
    return backend.onPending(pending -> subscriber.accept(pending(pending, full)));
  }

  /** Whether whole transactions are wanted: a parameter of later geth versions. */
  private static boolean full(Arguments args, int index) {
    return args.has(index) && args.flag(index);
  }

  private static JsonNode pending(Transaction transaction, boolean full) {
    return full ? EthJson.transaction(transaction, null) : EthJson.data(transaction.hash());
  }
}
