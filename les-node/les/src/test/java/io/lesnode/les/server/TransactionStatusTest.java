package io.lesnode.les.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.lesnode.chain.blocks.Blockchain;
import io.lesnode.chain.consensus.SealCheck;
import io.lesnode.chain.pool.PoolOptions;
import io.lesnode.chain.pool.TxPool;
import io.lesnode.chain.seal.DevGenesis;
import io.lesnode.chain.seal.DevSealer;
import io.lesnode.chain.state.TrieState;
import io.lesnode.chain.store.ChainStore;
import io.lesnode.chain.store.GcMode;
import io.lesnode.chain.store.StoreOptions;
import io.lesnode.les.wire.LesMessage;
import io.lesnode.les.wire.LesMessage.GetTxStatus;
import io.lesnode.les.wire.LesMessage.Request;
import io.lesnode.les.wire.LesMessage.SendTxV2;
import io.lesnode.les.wire.LesMessage.TxLookup;
import io.lesnode.les.wire.LesMessage.TxStatus;
import io.lesnode.les.wire.LesMessage.TxStatusEntry;
import io.lesnode.les.wire.LesVersion;
import io.lesnode.primitives.Address;
import io.lesnode.primitives.Block;
import io.lesnode.primitives.Transaction;
import io.lesnode.primitives.TransactionType;
import io.lesnode.primitives.crypto.KeyPair;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The life of transactions as a light client sees it: geth's scenario (les/handler_test.go,
 * TestTransactionStatus, v1.10.26), with blocks that we seal ourselves on a period of one second.
 */
class TransactionStatusTest {

  private static final KeyPair SIGNER = KeyPair.ofSecret(Bytes32.fromHexStringLenient("0xfa"));
  private static final UInt256 GWEI = UInt256.valueOf(1_000_000_000);
  private static final TxStatusEntry PENDING = new TxStatusEntry(TxStatusEntry.PENDING, null, "");
  private static final TxStatusEntry QUEUED = new TxStatusEntry(TxStatusEntry.QUEUED, null, "");
  private static final TxStatusEntry UNKNOWN = new TxStatusEntry(TxStatusEntry.UNKNOWN, null, "");

  @TempDir Path directory;

  /** A chain with a pool and a sealer; its time is that of its next block. */
  private final class Node implements AutoCloseable {
    final ScheduledExecutorService unused = Executors.newSingleThreadScheduledExecutor();
    final ChainStore store;
    final Blockchain chain;
    final TxPool pool;
    final DevSealer sealer;
    private final AtomicLong nowSeconds = new AtomicLong();

    Node(String name) {
      InstantSource clock = () -> Instant.ofEpochSecond(nowSeconds.get());
      store = ChainStore.open(directory.resolve(name), StoreOptions.defaults(GcMode.ARCHIVE));
      chain = Blockchain.open(store, DevGenesis.of(SIGNER.address(), 1), SealCheck.FULL, clock);
      nowSeconds.set(chain.genesis().timestamp() + 1_000);
      pool =
          new TxPool(
              chain,
              header -> {
                TrieState state = chain.stateAfter(header);
                return state::account;
              },
              PoolOptions.DEFAULT,
              Runnable::run,
              clock);
      sealer = new DevSealer(chain, pool, SIGNER, unused, clock);
    }

    void pass(long seconds) {
      nowSeconds.addAndGet(seconds);
    }

    Block seal() {
      pass(1);
      Block sealed = sealer.sealNext();
      assertThat(sealed).isNotNull();
      return sealed;
    }

    @Override
    public void close() {
      sealer.close();
      unused.shutdownNow();
      pool.close();
      chain.close();
      store.close();
    }
  }

  private static Transaction transaction(long nonce, UInt256 gasPriceWei) {
    return Transaction.builder(TransactionType.LEGACY)
        .chainId(UInt256.valueOf(DevGenesis.CHAIN_ID))
        .nonce(nonce)
        .gasPrice(gasPriceWei)
        .gasLimit(21_000)
        .to(Address.fromHex("0x00000000000000000000000000000000cafe0001"))
        .value(UInt256.valueOf(10_000))
        .sign(SIGNER);
  }

  private static TxStatusEntry only(SimServer server, SimClient client, Request request) {
    client.send(request);
    server.loop.advance(1);
    List<LesMessage> received =
        client.received().stream().filter(TxStatus.class::isInstance).toList();
    assertThat(received).hasSize(1);
    List<TxStatusEntry> entries = ((TxStatus) received.getFirst()).entries();
    assertThat(entries).hasSize(1);
    return entries.getFirst();
  }

  @ParameterizedTest
  @EnumSource(LesVersion.class)
  void fromTheFirstLookToAReorganisation(LesVersion version) {
    try (Node node = new Node("served");
        Node rival = new Node("rival")) {
      SimServer server =
          SimServer.of(
              LesServerConfig.of(DevGenesis.CHAIN_ID, 100, 10),
              new StoredChain(node.chain, true),
              new PoolRelay(node.pool),
              kind -> 0);
      SimClient client = new SimClient(server, version, 1).greet();
      Transaction cheap = transaction(0, UInt256.ZERO);
      Transaction first = transaction(0, GWEI.multiply(10));
      Transaction second = transaction(1, GWEI.multiply(10));
      Transaction third = transaction(2, GWEI.multiply(10));

      TxStatusEntry refused = only(server, client, new SendTxV2(1, List.of(cheap)));
      assertThat(refused.status()).isEqualTo(TxStatusEntry.UNKNOWN);
      assertThat(refused.error()).startsWith("transaction underpriced");

      assertThat(status(server, client, first)).isEqualTo(UNKNOWN);
      assertThat(send(server, client, first)).isEqualTo(PENDING);
      assertThat(send(server, client, first)).isEqualTo(PENDING);
      assertThat(send(server, client, third)).isEqualTo(QUEUED);
      assertThat(send(server, client, second)).isEqualTo(PENDING);
      assertThat(status(server, client, third)).isEqualTo(PENDING);

      Block block = node.seal();
      assertThat(block.body().transactions()).containsExactly(first, second, third);
      List<Transaction> included = block.body().transactions();
      for (int i = 0; i < included.size(); i++) {
        TxLookup place = new TxLookup(block.hash(), block.number(), i);
        assertThat(status(server, client, included.get(i)))
            .isEqualTo(new TxStatusEntry(TxStatusEntry.INCLUDED, place, ""));
      }
      assertThat(send(server, client, first).status()).isEqualTo(TxStatusEntry.INCLUDED);

      List<Block> branch = new ArrayList<>(List.of(rival.seal(), rival.seal()));
      node.pass(branch.size());
      node.chain.submit(branch).join();
      assertThat(node.chain.head().header().hash()).isEqualTo(branch.getLast().hash());
      for (Transaction again : included) {
        assertThat(status(server, client, again)).isEqualTo(PENDING);
      }
    }
  }

  private static TxStatusEntry send(SimServer server, SimClient client, Transaction transaction) {
    return only(server, client, new SendTxV2(2, List.of(transaction)));
  }

  private static TxStatusEntry status(SimServer server, SimClient client, Transaction transaction) {
    return only(server, client, new GetTxStatus(3, List.of(transaction.hash())));
  }
}
