package io.lesnode.les.client;

import io.lesnode.chain.consensus.EthashDifficulty;
import io.lesnode.chain.trie.DerivedRoots;
import io.lesnode.primitives.BlockBody;
import io.lesnode.primitives.BlockHeader;
import io.lesnode.primitives.LogsBloom;
import io.lesnode.primitives.Receipt;
import io.lesnode.primitives.config.Genesis;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.tuweni.bytes.Bytes;

/**
 * Chains of empty blocks that keep every rule but the seal, made for a test: with forks, with a
 * chosen distance in time, which makes the difficulty, and with receipts where the test wants them.
 */
final class ForgedChain {
  private static final String GENESIS =
      """
      {"config": {"chainId": 4712, "homesteadBlock": 0, "eip150Block": 0, "eip155Block": 0,
        "eip158Block": 0, "byzantiumBlock": 0, "ethash": {}},
       "nonce": "0x0", "timestamp": "0x100", "extraData": "0x", "gasLimit": "0x1c9c380",
       "difficulty": "0x80000", "alloc": {}}
      """;

  private final Genesis genesis;
  private final List<BlockHeader> headers;
  private final Map<Long, List<Receipt>> receipts;

  private ForgedChain(
      Genesis genesis, List<BlockHeader> headers, Map<Long, List<Receipt>> receipts) {
    this.genesis = genesis;
    this.headers = headers;
    this.receipts = receipts;
  }

  /** The genesis block alone. */
  static ForgedChain genesis() {
    Genesis genesis = Genesis.parse(GENESIS.getBytes(StandardCharsets.UTF_8), "forged");
    return new ForgedChain(genesis, List.of(GenesisRoot.header(genesis)), Map.of());
  }

  /**
   * The same, with the total difficulty of so many blocks of its difficulty as the terminal one.
   */
  static ForgedChain genesisMergingAt(int blocks) {
    String terminal = "\"terminalTotalDifficulty\": " + ((blocks + 1) * 0x80000L) + ", \"ethash\"";
    Genesis genesis =
        Genesis.parse(
            GENESIS.replace("\"ethash\"", terminal).getBytes(StandardCharsets.UTF_8), "forged");
    return new ForgedChain(genesis, List.of(GenesisRoot.header(genesis)), Map.of());
  }

  /** The same chain with more blocks. */
  ForgedChain extended(int count) {
    return extended(count, 12, (byte) 0);
  }

  /**
   * The same chain with more blocks.
   *
   * @param secondsApart more than 8 lowers the difficulty
   * @param seed makes forks differ
   */
  ForgedChain extended(int count, long secondsApart, byte seed) {
    List<BlockHeader> longer = new ArrayList<>(headers);
    for (int i = 0; i < count; i++) {
      longer.add(child(longer.getLast(), secondsApart, seed, List.of()));
    }
    return new ForgedChain(genesis, List.copyOf(longer), receipts);
  }

  /** The same chain with one more block that has these receipts. */
  ForgedChain with(List<Receipt> ofBlock) {
    List<BlockHeader> longer = new ArrayList<>(headers);
    longer.add(child(longer.getLast(), 12, (byte) 0, ofBlock));
    Map<Long, List<Receipt>> all = new HashMap<>(receipts);
    all.put(longer.getLast().number(), ofBlock);
    return new ForgedChain(genesis, List.copyOf(longer), all);
  }

  /** The first blocks of it. */
  ForgedChain upTo(int number) {
    return new ForgedChain(genesis, headers.subList(0, number + 1), receipts);
  }

  BlockHeader header(int number) {
    return headers.get(number);
  }

  List<BlockHeader> headers(int from, int to) {
    return headers.subList(from, to + 1);
  }

  int height() {
    return headers.size() - 1;
  }

  Genesis config() {
    return genesis;
  }

  /** For a server. */
  ServedChain served() {
    List<BlockBody> bodies = new ArrayList<>();
    List<List<Receipt>> all = new ArrayList<>();
    for (BlockHeader header : headers) {
      bodies.add(BlockBody.EMPTY);
      all.add(receipts.getOrDefault(header.number(), List.of()));
    }
    return ServedChain.made(genesis, headers, bodies, all);
  }

  private BlockHeader child(
      BlockHeader parent, long secondsApart, byte seed, List<Receipt> ofBlock) {
    long timestamp = parent.timestamp() + secondsApart;
    return new BlockHeader.Builder()
        .number(parent.number() + 1)
        .parentHash(parent.hash())
        .difficulty(EthashDifficulty.next(genesis.config(), parent, timestamp))
        .timestamp(timestamp)
        .gasLimit(parent.gasLimit())
        .extraData(Bytes.of(seed))
        .receiptsRoot(DerivedRoots.receipts(ofBlock))
        .logsBloom(LogsBloom.union(ofBlock.stream().map(Receipt::bloom).toList()))
        .build();
  }
}
