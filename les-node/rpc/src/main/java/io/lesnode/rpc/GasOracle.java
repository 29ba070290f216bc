package io.lesnode.rpc;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.RawValue;
import io.lesnode.primitives.Block;
import io.lesnode.primitives.BlockHeader;
import io.lesnode.primitives.Receipt;
import io.lesnode.primitives.Transaction;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;
import org.jspecify.annotations.Nullable;

/**
 * Suggests fees from recent blocks and reports their history, as geth's eth/gasprice with its
 * default settings. Thread-safe: the last suggestion is cached under a lock.
 */
final class GasOracle {
  private static final int PERCENTILE = 60;
  private static final int SAMPLES_PER_BLOCK = 3;
  private static final UInt256 IGNORED_BELOW_WEI = UInt256.valueOf(2);
  private static final UInt256 HIGHEST_WEI = UInt256.valueOf(500_000_000_000L);
  private static final UInt256 DEFAULT_WEI = UInt256.valueOf(1_000_000_000L);

  private final EthBackend backend;
  private final int blocks;
  private final int maxHeaderHistory;
  private final int maxBlockHistory;
  private final Object lock = new Object();
  private @Nullable Bytes32 lastHead;
  private UInt256 lastTip = DEFAULT_WEI;

  GasOracle(EthBackend backend) {
    this.backend = backend;
    boolean local = backend.blocksAreLocal();
    this.blocks = local ? 20 : 2;
    this.maxHeaderHistory = local ? 1024 : 300;
    this.maxBlockHistory = local ? 1024 : 5;
  }

  /** The priority fee in wei per gas that should get a transaction mined soon. */
  UInt256 suggestedTip() {
    BlockHeader head = backend.head();
    synchronized (lock) {
      if (head.hash().equals(lastHead)) {
        return lastTip;
      }
    }
    UInt256 previous;
    synchronized (lock) {
      previous = lastTip;
    }
    List<UInt256> samples = sample(head.number(), previous);
    UInt256 tip = previous;
    if (!samples.isEmpty()) {
      Collections.sort(samples);
      tip = samples.get((samples.size() - 1) * PERCENTILE / 100);
    }
    if (tip.compareTo(HIGHEST_WEI) > 0) {
      tip = HIGHEST_WEI;
    }
    synchronized (lock) {
      lastHead = head.hash();
      lastTip = tip;
    }
    return tip;
  }

  /** Looks at a few blocks, and at up to twice as many when they say little. */
  private List<UInt256> sample(long head, UInt256 previous) {
    List<UInt256> samples = new ArrayList<>();
    Map<Long, List<UInt256>> looked = new HashMap<>();
    long number = head;
    int expected = (int) Math.min(blocks, head);
    while (expected > 0) {
      if (!looked.containsKey(number)) {
        look(number, expected, looked);
      }
      List<UInt256> tips = looked.getOrDefault(number, List.of());
      number--;
      expected--;
      List<UInt256> found = tips.isEmpty() ? List.of(previous) : tips;
      if (found.size() == 1
          && samples.size() + 1 + expected < blocks * 2
          && number - expected > 0) {
        expected++;
      }
      samples.addAll(found);
    }
    return samples;
  }

  /** Looks at {@code count} blocks downwards, all at the same time. */
  private void look(long highest, int count, Map<Long, List<UInt256>> looked) {
    List<Long> numbers = new ArrayList<>();
    for (long number = highest; number > highest - count && number >= 0; number--) {
      numbers.add(number);
    }
    List<List<UInt256>> tips = Fetches.all(numbers, this::tipsOf);
    for (int i = 0; i < numbers.size(); i++) {
      looked.put(numbers.get(i), tips.get(i));
    }
  }

  /** The lowest priority fees in a block, those the miner paid itself aside. */
  private List<UInt256> tipsOf(long number) {
    Optional<Block> block = backend.header(number).flatMap(backend::block);
    if (block.isEmpty()) {
      return List.of();
    }
    UInt256 baseFee = block.get().header().baseFeePerGas();
    return block.get().body().transactions().stream()
        .filter(tx -> !EthJson.sender(tx).equals(block.get().header().coinbase()))
        .map(tx -> tip(tx, baseFee))
        .filter(tip -> tip.compareTo(IGNORED_BELOW_WEI) >= 0)
        .sorted()
        .limit(SAMPLES_PER_BLOCK)
        .toList();
  }

  private static UInt256 tip(Transaction tx, @Nullable UInt256 baseFee) {
    if (baseFee == null) {
      return tx.gasPrice();
    }
    UInt256 price = tx.effectiveGasPrice(baseFee);
    return price.compareTo(baseFee) < 0 ? UInt256.ZERO : price.subtract(baseFee);
  }

  /**
   * The answer of eth_feeHistory.
   *
   * @param wanted how many blocks; cut to the maximum
   * @param last the newest of them; empty for the pending block, which is not looked into
   */
  ObjectNode history(long wanted, Optional<BlockHeader> last, List<Double> percentiles) {
    boolean rewards = !percentiles.isEmpty();
    requirePercentiles(percentiles);
    long count = Math.min(wanted, rewards ? maxBlockHistory : maxHeaderHistory);
    if (last.isEmpty()) {
      count--;
    }
    BlockHeader newest = last.orElseGet(backend::head);
    count = Math.min(count, newest.number() + 1);
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    if (count < 1) {
      json.set("oldestBlock", EthJson.quantity(0));
      json.set("gasUsedRatio", JsonNodeFactory.instance.nullNode());
      return json;
    }
    long oldest = newest.number() + 1 - count;
    json.set("oldestBlock", EthJson.quantity(oldest));
    ArrayNode baseFees = JsonNodeFactory.instance.arrayNode();
    ArrayNode ratios = JsonNodeFactory.instance.arrayNode();
    UInt256 nextFee = UInt256.ZERO;
    List<BlockHeader> headers = headers(oldest, newest.number());
    for (BlockHeader header : headers) {
      UInt256 baseFee = header.baseFeePerGas();
      baseFees.add(EthJson.quantity(baseFee == null ? UInt256.ZERO : baseFee));
      nextFee = backend.nextBaseFee(header).orElse(UInt256.ZERO);
      double ratio = unsigned(header.gasUsed()) / unsigned(header.gasLimit());
      ratios.addRawValue(new RawValue(GoText.number(ratio)));
    }
    ArrayNode reward = JsonNodeFactory.instance.arrayNode();
    if (rewards && !headers.isEmpty()) {
      Fetches.all(headers, header -> rewards(header, percentiles)).forEach(reward::add);
    }
    baseFees.add(EthJson.quantity(nextFee));
    if (rewards) {
      json.set("reward", reward);
    }
    json.set("baseFeePerGas", baseFees);
    json.set("gasUsedRatio", ratios);
    return json;
  }

  /** Canonical headers in a range; fewer when a reorganisation shortened the chain meanwhile. */
  private List<BlockHeader> headers(long first, long last) {
    List<BlockHeader> headers = new ArrayList<>();
    for (long number = first; number <= last; number++) {
      Optional<BlockHeader> header = backend.header(number);
      if (header.isEmpty()) {
        break;
      }
      headers.add(header.get());
    }
    return headers;
  }

  private static void requirePercentiles(List<Double> percentiles) {
    for (int i = 0; i < percentiles.size(); i++) {
      double p = percentiles.get(i);
      if (!(p >= 0 && p <= 100)) {
        throw new RpcException(String.format("invalid reward percentile: %f", p));
      }
      if (i > 0 && p < percentiles.get(i - 1)) {
        throw new RpcException(
            String.format(
                "invalid reward percentile: #%d:%f > #%d:%f", i - 1, percentiles.get(i - 1), i, p));
      }
    }
  }

  private ArrayNode rewards(BlockHeader header, List<Double> percentiles) {
    ArrayNode json = JsonNodeFactory.instance.arrayNode();
    List<Reward> sorted = sortedRewards(header);
    if (sorted.isEmpty()) {
      percentiles.forEach(p -> json.add(EthJson.quantity(0)));
      return json;
    }
    int at = 0;
    double gas = sorted.get(0).gasUsed();
    for (double percentile : percentiles) {
      double threshold = Math.floor(unsigned(header.gasUsed()) * percentile / 100);
      while (gas < threshold && at < sorted.size() - 1) {
        gas += sorted.get(++at).gasUsed();
      }
      json.add(EthJson.quantity(sorted.get(at).tip()));
    }
    return json;
  }

  private record Reward(long gasUsed, UInt256 tip) {}

  private List<Reward> sortedRewards(BlockHeader header) {
    Optional<Block> block = backend.block(header);
    if (block.isEmpty() || block.get().body().transactions().isEmpty()) {
      return List.of();
    }
    List<Transaction> transactions = block.get().body().transactions();
    List<Receipt> receipts =
        backend
            .receipts(header)
            .orElseThrow(() -> new RpcException("receipts of the block are not available"));
    List<Reward> rewards = new ArrayList<>();
    long before = 0;
    for (int i = 0; i < transactions.size(); i++) {
      long after = receipts.get(i).cumulativeGasUsed();
      rewards.add(new Reward(after - before, tip(transactions.get(i), header.baseFeePerGas())));
      before = after;
    }
    rewards.sort(Comparator.comparing(Reward::tip));
    return rewards;
  }

  private static double unsigned(long gas) {
    return gas >= 0 ? gas : gas + 0x1p64;
  }
}
