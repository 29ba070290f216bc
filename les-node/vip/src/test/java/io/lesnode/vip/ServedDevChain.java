package io.lesnode.vip;

import io.lesnode.chain.blocks.Blockchain;
import io.lesnode.chain.consensus.SealCheck;
import io.lesnode.chain.pool.PoolError;
import io.lesnode.chain.pool.PoolOptions;
import io.lesnode.chain.pool.TxPool;
import io.lesnode.chain.seal.DevGenesis;
import io.lesnode.chain.seal.DevSealer;
import io.lesnode.chain.store.ChainStore;
import io.lesnode.chain.store.GcMode;
import io.lesnode.chain.store.ServerStore;
import io.lesnode.chain.store.StoreOptions;
import io.lesnode.devp2p.P2pConfig;
import io.lesnode.devp2p.P2pServer;
import io.lesnode.devp2p.SubProtocol;
import io.lesnode.les.client.LightClient;
import io.lesnode.les.client.LightClientBuilder;
import io.lesnode.les.server.LesServer;
import io.lesnode.les.server.LesServerConfig;
import io.lesnode.les.server.PoolRelay;
import io.lesnode.les.server.StoredChain;
import io.lesnode.primitives.Address;
import io.lesnode.primitives.Block;
import io.lesnode.primitives.Transaction;
import io.lesnode.primitives.TransactionType;
import io.lesnode.primitives.config.Genesis;
import io.lesnode.primitives.crypto.KeyPair;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;
import org.jspecify.annotations.Nullable;

/** A dev chain that is sealed by the test and served to light clients over real sockets. */
final class ServedDevChain implements AutoCloseable {
  static final Duration LIMIT = Duration.ofSeconds(30);
  static final KeyPair FAUCET = KeyPair.ofSecret(Bytes32.repeat((byte) 0x42));
  private static final UInt256 GWEI = UInt256.valueOf(1_000_000_000L);

  final Genesis genesis;
  final Blockchain chain;
  final TxPool pool;
  final LesServer les;
  final KeyPair nodeKey = KeyPair.generate(new SecureRandom());
  private final ChainStore store;
  private final ExecutorService poolEvents = Executors.newSingleThreadExecutor();
  private final ScheduledExecutorService sealing = Executors.newSingleThreadScheduledExecutor();
  private final DevSealer sealer;
  private @Nullable P2pServer p2p;

  private ServedDevChain(Path folder, @Nullable ServerStore memory) {
    genesis =
        Genesis.parse(
            DevGenesis.json(FAUCET.address(), 0, Map.of()).getBytes(StandardCharsets.UTF_8),
            "the test");
    store = ChainStore.open(folder.resolve("chain"), StoreOptions.defaults(GcMode.FULL));
    chain = Blockchain.open(store, genesis, SealCheck.FULL, InstantSource.system());
    pool =
        new TxPool(
            chain,
            header -> chain.stateAfter(header)::account,
            PoolOptions.DEFAULT,
            poolEvents,
            InstantSource.system());
    sealer = new DevSealer(chain, pool, FAUCET, sealing, InstantSource.system());
    LesServerConfig config = LesServerConfig.builder(DevGenesis.CHAIN_ID, 100, 50).build();
    StoredChain served = new StoredChain(chain, true);
    les =
        memory == null
            ? LesServer.start(config, served, new PoolRelay(pool), nodeKey)
            : LesServer.start(config, served, new PoolRelay(pool), nodeKey, memory);
    les.setSynced(true);
  }

  static ServedDevChain open(Path folder) {
    return new ServedDevChain(folder, null);
  }

  /** The same, but clients' balances are on the disk; the store stays open. */
  static ServedDevChain remembering(Path folder) {
    return new ServedDevChain(folder, ServerStore.open(folder.resolve("les.server")));
  }

  /** Opens the port with LES and further protocols. */
  ServedDevChain listen(SubProtocol... more) throws IOException {
    List<SubProtocol> protocols = new ArrayList<>(List.of(more));
    protocols.addFirst(les);
    p2p =
        P2pServer.start(
            P2pConfig.builder(nodeKey, "served-dev-chain")
                .maxPeers(50)
                .listenAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .build(),
            protocols);
    return this;
  }

  P2pServer network() {
    P2pServer running = p2p;
    if (running == null) {
      throw new IllegalStateException("listen first");
    }
    return running;
  }

  /** Our node id. */
  Bytes32 nodeId() {
    return network().self().nodeId().hash();
  }

  LightClientBuilder light(Path folder) {
    return LightClient.builder()
        .genesis(genesis)
        .directory(folder)
        .server(network().self().toString());
  }

  /** A light client at our head. */
  LightClient synced(Path folder) throws IOException {
    LightClient client = light(folder).start();
    awaitHead(client);
    return client;
  }

  /** Waits until a light client has our head. */
  void awaitHead(LightClient client) {
    long deadline = System.nanoTime() + LIMIT.toNanos();
    while (client.within(LIMIT).awaitSynced().orElseThrow().number() < chain.head().number()) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("the light client does not follow: " + client.status().message());
      }
      Thread.onSpinWait();
    }
  }

  /** A transaction of the faucet, in a block of its own. */
  Transaction mine(@Nullable Address to, UInt256 valueWei, Bytes data) {
    Transaction transaction =
        Transaction.builder(TransactionType.DYNAMIC_FEE)
            .chainId(UInt256.valueOf(DevGenesis.CHAIN_ID))
            .nonce(pool.nextNonce(FAUCET.address()))
            .maxPriorityFeePerGas(GWEI)
            .maxFeePerGas(GWEI.multiply(100))
            .gasLimit(3_000_000)
            .to(to)
            .value(valueWei)
            .data(data)
            .sign(FAUCET);
    PoolError refused = pool.addLocal(transaction);
    if (refused != null) {
      throw new AssertionError(refused.text());
    }
    seal();
    return transaction;
  }

  /** Seals what waits. */
  @Nullable Block seal() {
    return sealer.sealNext();
  }

  @Override
  public void close() {
    P2pServer running = p2p;
    if (running != null) {
      running.close();
    }
    les.close();
    sealer.close();
    sealing.shutdownNow();
    pool.close();
    poolEvents.shutdownNow();
    chain.close();
    store.close();
  }
}
