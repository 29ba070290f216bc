package io.lesnode.rpc;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.lesnode.primitives.Block;
import io.lesnode.primitives.BlockHeader;
import io.lesnode.primitives.Log;
import io.lesnode.primitives.LogsBloom;
import io.lesnode.primitives.Receipt;
import io.lesnode.primitives.Transaction;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** eth_getLogs: scans a range block by block, skipping blocks whose bloom says there is nothing. */
final class LogMethods {
  /** Most logs in one answer: some hundred MB of JSON otherwise (geth has no limit). */
  private static final int MAX_LOGS = 100_000;

  private final EthBackend backend;
  private final BlockLookup blocks;

  LogMethods(EthBackend backend) {
    this.backend = backend;
    this.blocks = new BlockLookup(backend);
  }

  void register(Map<String, RpcMethod> methods) {
    methods.put("eth_getLogs", this::logs);
  }

  private JsonNode logs(Arguments args) {
    JsonNode query = args.atMost(1).required(0);
    LogFilter filter = args.decode(0, () -> LogFilter.parse(query));
    ArrayNode found = JsonNodeFactory.instance.arrayNode();
    if (filter.block().isPresent()) {
      BlockHeader header =
          backend.header(filter.block().get()).orElseThrow(() -> new RpcException("unknown block"));
      collect(header, filter, found);
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
    for (long number = from; number <= to; number++) {
      Optional<BlockHeader> header = backend.header(number);
      if (header.isEmpty()) {
        break;
      }
      collect(header.get(), filter, found);
    }
    return found;
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

  private void collect(BlockHeader header, LogFilter filter, ArrayNode found) {
    if (header.logsBloom().equals(LogsBloom.EMPTY) || !filter.mayMatch(header.logsBloom())) {
      return;
    }
    List<Receipt> receipts = backend.receipts(header).orElse(List.of());
    if (receipts.stream().flatMap(r -> r.logs().stream()).noneMatch(filter::matches)) {
      return;
    }
    Block block =
        backend.block(header).orElseThrow(() -> new RpcException("block body is missing"));
    int logIndex = 0;
    for (int i = 0; i < receipts.size(); i++) {
      Transaction tx = block.body().transactions().get(i);
      for (Log log : receipts.get(i).logs()) {
        if (filter.matches(log)) {
          found.add(EthJson.log(log, EthJson.Position.of(header, i), tx.hash(), logIndex));
        }
        logIndex++;
      }
    }
    if (found.size() > MAX_LOGS) {
      throw new RpcException(
          "query returned more than " + MAX_LOGS + " results; ask for fewer blocks at once");
    }
  }
}
