package io.lesnode.les.client;

import io.lesnode.chain.trie.DerivedRoots;
import io.lesnode.primitives.Address;
import io.lesnode.primitives.BlockBody;
import io.lesnode.primitives.BlockHeader;
import io.lesnode.primitives.Log;
import io.lesnode.primitives.LogsBloom;
import io.lesnode.primitives.Receipt;
import io.lesnode.primitives.Transaction;
import io.lesnode.primitives.TransactionType;
import io.lesnode.primitives.config.Genesis;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;

/**
 * Chains with logs from a seed: linked headers with right roots and blooms, but without valid
 * difficulty. Every third block has transactions; addresses and topics come from a few.
 */
final class MadeChain {
  static final List<Address> ADDRESSES =
      IntStream.range(1, 6).mapToObj(i -> Address.of(Bytes.repeat((byte) (0x11 * i), 20))).toList();
  static final List<Bytes32> TOPICS =
      IntStream.range(1, 8).mapToObj(i -> Bytes32.repeat((byte) (0x0f * i))).toList();

  private static final String GENESIS =
      """
      {"config": {"chainId": 4711, "homesteadBlock": 0, "eip150Block": 0, "eip155Block": 0,
        "eip158Block": 0, "byzantiumBlock": 0, "ethash": {}},
       "nonce": "0x0", "timestamp": "0x0", "extraData": "0x", "gasLimit": "0x1c9c380",
       "difficulty": "0x20000", "alloc": {}}
      """;

  private MadeChain() {}

  /** A chain up to a height. */
  static ServedChain upTo(int height, long seed) {
    Random random = new Random(seed);
    Genesis genesis = Genesis.parse(GENESIS.getBytes(StandardCharsets.UTF_8), "made");
    List<BlockHeader> headers = new ArrayList<>(List.of(GenesisRoot.header(genesis)));
    List<BlockBody> bodies = new ArrayList<>(List.of(BlockBody.EMPTY));
    List<List<Receipt>> receipts = new ArrayList<>(List.of(List.of()));
    for (int number = 1; number <= height; number++) {
      List<Transaction> transactions = new ArrayList<>();
      List<Receipt> ofBlock = new ArrayList<>();
      for (int i = number % 3 == 0 ? 1 + random.nextInt(3) : 0; i > 0; i--) {
        transactions.add(transaction(10L * number + i));
        ofBlock.add(
            Receipt.withStatus(
                TransactionType.LEGACY, true, 21_000L * (ofBlock.size() + 1), logs(random)));
      }
      headers.add(
          new BlockHeader.Builder()
              .number(number)
              .parentHash(headers.getLast().hash())
              .difficulty(UInt256.valueOf(100_000 + random.nextInt(1000)))
              .timestamp(10L * number)
              .gasLimit(30_000_000)
              .transactionsRoot(DerivedRoots.transactions(transactions))
              .receiptsRoot(DerivedRoots.receipts(ofBlock))
              .logsBloom(LogsBloom.union(ofBlock.stream().map(Receipt::bloom).toList()))
              .build());
      bodies.add(new BlockBody(transactions, List.of(), null));
      receipts.add(List.copyOf(ofBlock));
    }
    return ServedChain.made(genesis, headers, bodies, receipts);
  }

  private static Transaction transaction(long nonce) {
    return Transaction.builder(TransactionType.LEGACY)
        .nonce(nonce)
        .gasPrice(UInt256.ONE)
        .gasLimit(21_000)
        .to(ADDRESSES.getFirst())
        .value(UInt256.ONE)
        .build(UInt256.valueOf(27), UInt256.ONE, UInt256.ONE);
  }

  private static List<Log> logs(Random random) {
    List<Log> logs = new ArrayList<>();
    for (int i = random.nextInt(4); i > 0; i--) {
      List<Bytes32> topics = new ArrayList<>();
      for (int t = random.nextInt(5); t > 0; t--) {
        topics.add(TOPICS.get(random.nextInt(TOPICS.size())));
      }
      logs.add(
          new Log(
              ADDRESSES.get(random.nextInt(ADDRESSES.size())),
              topics,
              Bytes.ofUnsignedInt(random.nextInt(1 << 30))));
    }
    return logs;
  }
}
