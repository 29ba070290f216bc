package io.lesnode.chain.seal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lesnode.chain.blocks.Blockchain;
import io.lesnode.chain.blocks.ChainCheck;
import io.lesnode.chain.consensus.SealCheck;
import io.lesnode.chain.pool.PoolOptions;
import io.lesnode.chain.pool.PoolStatus;
import io.lesnode.chain.pool.TxPool;
import io.lesnode.chain.store.ChainStore;
import io.lesnode.chain.store.GcMode;
import io.lesnode.chain.store.StoreOptions;
import io.lesnode.chain.testing.ChainVectors;
import io.lesnode.primitives.Account;
import io.lesnode.primitives.Address;
import io.lesnode.primitives.Block;
import io.lesnode.primitives.BlockHeader;
import io.lesnode.primitives.Transaction;
import io.lesnode.primitives.TransactionType;
import io.lesnode.primitives.config.ConsensusConfig;
import io.lesnode.primitives.crypto.KeyPair;
import io.lesnode.primitives.testing.Vectors;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DevSealerTest {
  private static final Address TO = Address.fromHex("0x00000000000000000000000000000000000000aa");
  private static final UInt256 GWEI = UInt256.valueOf(1_000_000_000L);

  @TempDir Path directory;

  private final KeyPair faucet = KeyPair.ofSecret(Bytes32.leftPad(Bytes.of(7)));
  private final ScheduledExecutorService executor = Executors.newSingleThreadScheduledExecutor();
  private Instant now = Instant.ofEpochSecond(1_700_000_000L);

  @AfterEach
  void stop() {
    executor.shutdownNow();
  }

  /** A dev chain with its pool; the pool follows at once on whatever thread moves the head. */
  private final class Dev implements AutoCloseable {
    final ChainStore store;
    final Blockchain chain;
    final TxPool pool;
    final DevSealer sealer;

    Dev(long periodSeconds) {
      store = ChainStore.open(directory.resolve("dev"), StoreOptions.defaults(GcMode.FULL));
      chain =
          Blockchain.open(
              store, DevGenesis.of(faucet.address(), periodSeconds), SealCheck.FULL, () -> now);
      pool =
          new TxPool(
              chain,
              header -> chain.stateAfter(header)::account,
              PoolOptions.DEFAULT,
              Runnable::run,
              () -> now);
      sealer = new DevSealer(chain, pool, faucet, executor, () -> now);
    }

    UInt256 balance(Address address) {
      Account account = chain.stateAfter(chain.head().header()).account(address);
      return account == null ? UInt256.ZERO : account.balance();
    }

    @Override
    public void close() {
      sealer.close();
      pool.close();
      chain.close();
      store.close();
    }
  }

  private Transaction transfer(long nonce, long tipGwei) {
    return Transaction.builder(TransactionType.DYNAMIC_FEE)
        .chainId(UInt256.valueOf(DevGenesis.CHAIN_ID))
        .nonce(nonce)
        .maxPriorityFeePerGas(GWEI.multiply(tipGwei))
        .maxFeePerGas(GWEI.multiply(100))
        .gasLimit(21_000)
        .to(TO)
        .value(UInt256.valueOf(5))
        .sign(faucet);
  }

  @Test
  void onDemandNothingIsSealedWithoutTransactions() {
    try (Dev dev = new Dev(0)) {
      assertThat(dev.sealer.sealNext()).isNull();
      dev.pool.addLocal(transfer(0, 1));
      dev.pool.addLocal(transfer(1, 2));

      Block sealed = dev.sealer.sealNext();

      assertThat(sealed).isNotNull();
      assertThat(sealed.body().transactions()).hasSize(2);
      assertThat(dev.chain.head().hash()).isEqualTo(sealed.hash());
      assertThat(dev.chain.rules().author(sealed.header())).isEqualTo(faucet.address());
      assertThat(dev.balance(TO)).isEqualTo(UInt256.valueOf(10));
      assertThat(dev.pool.status(transfer(0, 1).hash())).isEqualTo(PoolStatus.UNKNOWN);
      assertThat(dev.sealer.sealNext()).isNull();
      assertThat(ChainCheck.check(dev.store)).isEmpty();
    }
  }

  @Test
  void startedOnDemandATransactionMakesABlock() throws InterruptedException {
    try (Dev dev = new Dev(0)) {
      CountDownLatch sealed = new CountDownLatch(3);
      dev.chain.onHeadChange(change -> sealed.countDown());
      dev.sealer.start();
      for (int nonce = 0; nonce < 3; nonce++) {
        long before = dev.chain.head().number();
        CountDownLatch next = new CountDownLatch(1);
        dev.chain.onHeadChange(change -> next.countDown());
        assertThat(dev.pool.addLocal(transfer(nonce, 1))).isNull();
        assertThat(next.await(30, TimeUnit.SECONDS)).isTrue();
        assertThat(dev.chain.head().number()).isGreaterThan(before);
      }
      assertThat(sealed.await(30, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void withAPeriodEmptyBlocksAreSealedThatFarApart() {
    try (Dev dev = new Dev(5)) {
      for (int i = 0; i < 4; i++) {
        BlockHeader parent = dev.chain.head().header();
        Block sealed = dev.sealer.sealNext();
        assertThat(sealed).isNotNull();
        assertThat(sealed.header().timestamp() - parent.timestamp()).isGreaterThanOrEqualTo(5);
        assertThat(sealed.header().gasLimit()).isGreaterThan(parent.gasLimit());
        assertThat(sealed.header().baseFeePerGas()).isLessThan(parent.baseFeePerGas());
        now = now.plusSeconds(5);
      }
      assertThat(dev.chain.head().totalDifficulty()).isEqualTo(UInt256.valueOf(1 + 4 * 2));
    }
  }

  @Test
  void aChainGoesOnAfterARestart() {
    Bytes32 head;
    try (Dev dev = new Dev(0)) {
      dev.pool.addLocal(transfer(0, 1));
      dev.sealer.sealNext();
      head = dev.chain.head().hash();
    }
    try (Dev dev = new Dev(0)) {
      assertThat(dev.chain.head().hash()).isEqualTo(head);
      dev.pool.addLocal(transfer(1, 1));
      assertThat(dev.sealer.sealNext()).isNotNull();
      assertThat(ChainCheck.check(dev.store)).isEmpty();
    }
  }

  @Test
  void theGenesisIsThatOfGeth() {
    // geth 1.10.26 --dev: extra-data is vanity, signer, empty seal; 2^256 - 9 wei with the faucet
    BlockHeader genesis = DevGenesis.of(faucet.address(), 0).headerWithoutState();
    assertThat(genesis.extraData())
        .isEqualTo(
            Bytes.concatenate(
                Bytes.wrap(new byte[32]), faucet.address().bytes(), Bytes.wrap(new byte[65])));
    assertThat(genesis.gasLimit()).isEqualTo(11_500_000);
    assertThat(genesis.baseFeePerGas()).isEqualTo(GWEI);
    assertThat(DevGenesis.of(faucet.address(), 0).alloc()).hasSize(10);
    assertThat(DevGenesis.of(faucet.address(), 0).alloc().get(faucet.address()).balance())
        .isEqualTo(UInt256.MAX_VALUE.subtract(8));
  }

  @Test
  void onlyACliqueChainCanBeSealed() {
    List<Path> ethash =
        Vectors.chains().stream()
            .filter(
                folder ->
                    ChainVectors.genesis(folder).config().consensus()
                        instanceof ConsensusConfig.Ethash)
            .toList();
    for (Path folder : ethash) {
      Path data = directory.resolve("e-" + folder.getFileName());
      try (ChainStore store = ChainStore.open(data, StoreOptions.defaults(GcMode.FULL));
          Blockchain chain =
              Blockchain.open(store, ChainVectors.genesis(folder), SealCheck.FULL, () -> now);
          TxPool pool =
              new TxPool(
                  chain,
                  header -> chain.stateAfter(header)::account,
                  PoolOptions.DEFAULT,
                  Runnable::run,
                  () -> now)) {
        assertThatThrownBy(() -> new DevSealer(chain, pool, faucet, executor, () -> now))
            .isInstanceOf(IllegalArgumentException.class);
      }
    }
  }
}
