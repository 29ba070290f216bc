package io.lesnode.rpc;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lesnode.les.client.logs.FoundLog;
import io.lesnode.les.client.logs.LogLimits;
import io.lesnode.les.client.logs.LogQuery;
import io.lesnode.primitives.Block;
import io.lesnode.primitives.BlockHeader;
import io.lesnode.primitives.Log;
import io.lesnode.primitives.LogsBloom;
import io.lesnode.primitives.Receipt;
import io.lesnode.primitives.Transaction;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Finds logs: skips blocks whose bloom says that there are none, and reads the receipts of the
 * others, several blocks at a time where they come over a network. Thread-safe.
 */
final class LogSearch {
  /** Most logs in one answer: some hundred MB of JSON otherwise (geth has no limit). */
  private static final int MAX_LOGS = 100_000;

  /** Blocks whose receipts are asked for at the same time. */
  private static final int BLOCKS_AT_ONCE = 16;

  private final EthBackend backend;
  private final BlockLookup blocks;

  LogSearch(EthBackend backend) {
    this.backend = backend;
    this.blocks = new BlockLookup(backend);
  }

  /**
   * All matching logs of the canonical chain in the range of the filter, oldest first.
   *
   * @throws RpcException if the range means nothing, or there are too many
   */
  ArrayNode find(LogFilter filter) {
    ArrayNode found = JsonNodeFactory.instance.arrayNode();
    if (filter.block().isPresent()) {
      BlockHeader header =
          backend.header(filter.block().get()).orElseThrow(() -> new RpcException("unknown block"));
      found.addAll(inBlock(header, filter, false));
      return found;
    }
    if (filter.from() == BlockSelector.Tag.PENDING) {
      if (filter.to() != BlockSelector.Tag.PENDING) {
        throw new RpcException("invalid block range");
      }
      return found; // pending transactions are not executed, so they have no logs yet
    }
    long from = number(filter.from());
    long to = Math.min(number(filter.to()), backend.head().number());
    if (from > to) {
      return found;
    }
    LogQuery query = new LogQuery(from, to, filter.addresses(), filter.topics());
    Optional<List<FoundLog>> indexed = backend.logs(query, new LogLimits(MAX_LOGS, seen -> {}));
    if (indexed.isPresent()) {
      indexed.get().forEach(log -> found.add(json(log)));
      return found;
    }
    int atOnce = backend.blocksAreLocal() ? 1 : BLOCKS_AT_ONCE;
    List<BlockHeader> candidates = new ArrayList<>(atOnce);
    for (long number = from; number <= to; number++) {
      Optional<BlockHeader> header = backend.header(number);
      if (header.isEmpty()) {
        break;
      }
      if (mayHold(header.get(), filter)) {
        candidates.add(header.get());
      }
      if (candidates.size() == atOnce) {
        collect(candidates, filter, found);
      }
    }
    collect(candidates, filter, found);
    return found;
  }

  private static JsonNode json(FoundLog found) {
    EthJson.Position position = EthJson.Position.of(found.header(), found.transactionIndex());
    ObjectNode json = EthJson.log(found.log(), position, found.transactionHash(), found.logIndex());
    json.put("removed", false);
    return json;
  }

  private long number(BlockSelector selector) {
    if (selector instanceof BlockSelector.Height(long number)) {
      return number;
    }
    if (selector == BlockSelector.Tag.PENDING) {
      return backend.head().number();
    }
    return blocks.existing(selector).number();
  }

  private void collect(List<BlockHeader> candidates, LogFilter filter, ArrayNode found) {
    if (candidates.isEmpty()) {
      return;
    }
    Fetches.all(List.copyOf(candidates), header -> inBlock(header, filter, false))
        .forEach(found::addAll);
    candidates.clear();
    if (found.size() > MAX_LOGS) {
      throw new RpcException(
          "query returned more than " + MAX_LOGS + " results; ask for fewer blocks at once");
    }
  }

  /** Whether it is worth while to look at the receipts of a block. */
  static boolean mayHold(BlockHeader header, LogFilter filter) {
    return !header.logsBloom().equals(LogsBloom.EMPTY) && filter.mayMatch(header.logsBloom());
  }

  /**
   * The matching logs of one block, whatever the filter's range says.
   *
   * @param removed whether the block has left the chain
   * @throws RpcException if receipts or body cannot be had
   */
  List<JsonNode> inBlock(BlockHeader header, LogFilter filter, boolean removed) {
    if (!mayHold(header, filter)) {
      return List.of();
    }
    List<Receipt> receipts = backend.receipts(header).orElse(List.of());
    if (receipts.stream().flatMap(r -> r.logs().stream()).noneMatch(filter::matches)) {
      return List.of();
    }
    Block block =
        backend.block(header).orElseThrow(() -> new RpcException("block body is missing"));
    List<JsonNode> found = new ArrayList<>();
    int logIndex = 0;
    for (int i = 0; i < receipts.size(); i++) {
      Transaction tx = block.body().transactions().get(i);
      for (Log log : receipts.get(i).logs()) {
        if (filter.matches(log)) {
          ObjectNode json = EthJson.log(log, EthJson.Position.of(header, i), tx.hash(), logIndex);
          json.put("removed", removed);
          found.add(json);
        }
        logIndex++;
      }
    }
    return found;
  }
}
