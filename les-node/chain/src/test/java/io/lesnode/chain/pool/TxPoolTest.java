package io.lesnode.chain.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.lesnode.primitives.AccessListEntry;
import io.lesnode.primitives.Address;
import io.lesnode.primitives.BlockHeader;
import io.lesnode.primitives.Transaction;
import io.lesnode.primitives.TransactionBuilder;
import io.lesnode.primitives.TransactionType;
import io.lesnode.primitives.crypto.KeyPair;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class TxPoolTest {
  private static final Address TO = Address.fromHex("0x00000000000000000000000000000000000000aa");
  private static final long WEALTH = 1_000_000_000_000_000_000L;

  private final FakeTip chain = FakeTip.london();
  private Instant now = Instant.EPOCH;
  private final List<Transaction> announced = new ArrayList<>();
  private final KeyPair alice = key(1);
  private final KeyPair bob = key(2);

  private TxPool pool(PoolOptions options) {
    chain.fund(alice.address(), 0, WEALTH);
    chain.fund(bob.address(), 0, WEALTH);
    TxPool pool = new TxPool(chain, chain::stateAfter, options, Runnable::run, () -> now);
    pool.onExecutable(announced::addAll);
    return pool;
  }

  private TxPool pool() {
    return pool(PoolOptions.DEFAULT);
  }

  private static KeyPair key(int secret) {
    return KeyPair.ofSecret(Bytes32.leftPad(Bytes.ofUnsignedInt(secret)));
  }

  private static TransactionBuilder legacy(long nonce, long gasPriceWei) {
    return Transaction.builder(TransactionType.LEGACY)
        .chainId(FakeTip.CHAIN_ID)
        .nonce(nonce)
        .gasPrice(UInt256.valueOf(gasPriceWei))
        .gasLimit(21_000)
        .to(TO)
        .value(UInt256.ONE);
  }

  private static Transaction transfer(KeyPair from, long nonce, long gasPriceWei) {
    return legacy(nonce, gasPriceWei).sign(from);
  }

  @Test
  void consecutiveNoncesArePendingAndLaterOnesQueued() {
    TxPool pool = pool();
    Transaction first = transfer(alice, 0, 10);
    Transaction third = transfer(alice, 2, 10);

    assertThat(pool.addRemote(third)).isNull();
    assertThat(pool.status(third.hash())).isEqualTo(PoolStatus.QUEUED);
    assertThat(pool.addRemote(first)).isNull();
    assertThat(pool.status(first.hash())).isEqualTo(PoolStatus.PENDING);
    assertThat(pool.nextNonce(alice.address())).isEqualTo(1);
    assertThat(pool.addRemote(transfer(alice, 1, 10))).isNull();

    assertThat(pool.status(third.hash())).isEqualTo(PoolStatus.PENDING);
    assertThat(pool.nextNonce(alice.address())).isEqualTo(3);
    assertThat(pool.executable().get(alice.address())).hasSize(3);
    assertThat(announced).hasSize(3);
    assertThat(pool.status(Bytes32.ZERO)).isEqualTo(PoolStatus.UNKNOWN);
  }

  @Test
  void refusalsCarryGethsWords() {
    TxPool pool = pool();
    Transaction known = transfer(alice, 0, 10);
    pool.addRemote(known);
    assertThat(text(pool.addRemote(known))).isEqualTo("already known");
    chain.fund(bob.address(), 5, WEALTH);
    assertThat(text(pool.addRemote(transfer(bob, 4, 10)))).isEqualTo("nonce too low");
    assertThat(text(pool.addRemote(transfer(key(9), 0, 10))))
        .isEqualTo("insufficient funds for gas * price + value");
    assertThat(text(pool.addRemote(legacy(0, 0).sign(alice)))).isEqualTo("transaction underpriced");
    assertThat(text(pool.addRemote(legacy(1, 10).gasLimit(20_999).sign(alice))))
        .isEqualTo("intrinsic gas too low");
    assertThat(text(pool.addRemote(legacy(1, 10).gasLimit(FakeTip.GAS_LIMIT + 1).sign(alice))))
        .isEqualTo("exceeds block gas limit");
    assertThat(text(pool.addRemote(legacy(1, 10).data(Bytes.wrap(new byte[131_072])).sign(alice))))
        .isEqualTo("oversized data");
    assertThat(text(pool.addRemote(legacy(1, 10).chainId(UInt256.valueOf(8)).sign(alice))))
        .isEqualTo("invalid sender");
    assertThat(
            text(
                pool.addRemote(
                    legacy(1, 10).build(UInt256.valueOf(27), UInt256.ZERO, UInt256.ONE))))
        .isEqualTo("invalid sender");
    assertThat(text(pool.addRemote(dynamic(1, 11, 10).sign(alice))))
        .isEqualTo("max priority fee per gas higher than max fee per gas");
  }

  @Test
  void highSIsAnInvalidSender() {
    TxPool pool = pool();
    Transaction good = transfer(alice, 0, 10);
    UInt256 order =
        UInt256.fromHexString("0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141");
    Transaction flipped =
        legacy(0, 10).build(good.v().xor(UInt256.valueOf(3)), good.r(), order.subtract(good.s()));
    assertThat(pool.addRemote(flipped)).isEqualTo(PoolError.INVALID_SENDER);
  }

  private static TransactionBuilder dynamic(long nonce, long tipWei, long capWei) {
    return Transaction.builder(TransactionType.DYNAMIC_FEE)
        .chainId(FakeTip.CHAIN_ID)
        .nonce(nonce)
        .maxPriorityFeePerGas(UInt256.valueOf(tipWei))
        .maxFeePerGas(UInt256.valueOf(capWei))
        .gasLimit(21_000)
        .to(TO)
        .value(UInt256.ONE);
  }

  @Test
  void newTypesWaitForTheirFork() {
    FakeTip frontier = new FakeTip(3, 10);
    frontier.fund(alice.address(), 0, WEALTH);
    TxPool pool =
        new TxPool(frontier, frontier::stateAfter, PoolOptions.DEFAULT, Runnable::run, () -> now);
    Transaction accessList =
        Transaction.builder(TransactionType.ACCESS_LIST)
            .chainId(FakeTip.CHAIN_ID)
            .gasPrice(UInt256.valueOf(10))
            .gasLimit(21_000 + 2400 + 1900)
            .to(TO)
            .accessList(List.of(new AccessListEntry(TO, List.of(Bytes32.ZERO))))
            .sign(alice);

    assertThat(text(pool.addRemote(accessList))).isEqualTo("transaction type not supported");
    frontier.moveTo(frontier.block(frontier.head().header(), 1), frontier.head().header());
    assertThat(pool.addRemote(accessList)).isNull();
    assertThat(text(pool.addRemote(dynamic(1, 1, 10).sign(alice))))
        .isEqualTo("transaction type not supported");
  }

  @Test
  void aReplacementPaysTenPercentMore() {
    TxPool pool = pool();
    pool.addRemote(transfer(alice, 0, 100));
    assertThat(text(pool.addRemote(transfer(alice, 0, 109))))
        .isEqualTo("replacement transaction underpriced");
    assertThat(pool.addRemote(transfer(alice, 0, 110))).isNull();
    // both caps must rise
    assertThat(text(pool.addRemote(dynamic(0, 110, 200).sign(alice))))
        .isEqualTo("replacement transaction underpriced");
    assertThat(pool.addRemote(dynamic(0, 121, 121).sign(alice))).isNull();
    assertThat(pool.executableCount()).isEqualTo(1);
    assertThat(pool.slots()).isEqualTo(1);
    assertThat(announced).hasSize(3);
  }

  @Test
  void aBlockTakesWhatItIncludedAndWhatBecameUnaffordable() {
    TxPool pool = pool();
    Transaction first = transfer(alice, 0, 10);
    Transaction second = transfer(alice, 1, 10);
    Transaction costly = legacy(2, 10).value(UInt256.valueOf(WEALTH / 2)).sign(alice);
    Transaction fourth = transfer(alice, 3, 10);
    List.of(first, second, costly, fourth).forEach(pool::addRemote);

    chain.fund(alice.address(), 1, WEALTH / 4);
    chain.moveTo(chain.block(chain.head().header(), 1, first), chain.head().header());

    assertThat(pool.status(first.hash())).isEqualTo(PoolStatus.UNKNOWN);
    assertThat(pool.status(second.hash())).isEqualTo(PoolStatus.PENDING);
    assertThat(pool.status(costly.hash())).isEqualTo(PoolStatus.UNKNOWN);
    assertThat(pool.status(fourth.hash())).isEqualTo(PoolStatus.QUEUED);
  }

  @Test
  void aReorgBringsBackWhatTheNewChainLacks() {
    TxPool pool = pool();
    Transaction dropped = transfer(alice, 0, 10);
    Transaction kept = transfer(bob, 0, 10);
    BlockHeader ancestor = chain.head().header();
    BlockHeader old = chain.block(ancestor, 1, dropped, kept);
    chain.fund(alice.address(), 1, WEALTH);
    chain.fund(bob.address(), 1, WEALTH);
    chain.moveTo(old, ancestor);
    Transaction next = transfer(alice, 1, 10);
    pool.addRemote(next);
    assertThat(pool.status(next.hash())).isEqualTo(PoolStatus.PENDING);

    chain.fund(alice.address(), 0, WEALTH);
    chain.moveTo(chain.block(chain.block(ancestor, 2, kept), 3), ancestor);

    assertThat(pool.status(dropped.hash())).isEqualTo(PoolStatus.PENDING);
    assertThat(pool.status(next.hash())).isEqualTo(PoolStatus.PENDING);
    assertThat(pool.status(kept.hash())).isEqualTo(PoolStatus.UNKNOWN);
  }

  @Test
  void aFullPoolKeepsTheMostValuable() {
    TxPool pool = pool(new PoolOptions(UInt256.ONE, 10, 1, 4, 64, 4, Duration.ofHours(3)));
    for (int i = 0; i < 8; i++) {
      chain.fund(key(100 + i).address(), 0, WEALTH);
      pool.addRemote(transfer(key(100 + i), i % 2, 10 + i));
    }
    assertThat(pool.slots()).isEqualTo(8);

    assertThat(text(pool.addRemote(transfer(alice, 0, 10)))).isEqualTo("transaction underpriced");
    assertThat(pool.addRemote(transfer(alice, 0, 50))).isNull();
    assertThat(pool.status(transfer(key(100), 0, 10).hash())).isEqualTo(PoolStatus.UNKNOWN);
    assertThat(pool.slots()).isLessThanOrEqualTo(8);
    // a user of this node is not asked for a price
    assertThat(pool.addLocal(transfer(bob, 0, 1))).isNull();
    assertThat(pool.status(transfer(bob, 0, 1).hash())).isEqualTo(PoolStatus.PENDING);
  }

  @Test
  void memoryIsBoundedAgainstOneSpammer() {
    TxPool pool = pool(new PoolOptions(UInt256.ONE, 10, 4, 16, 8, 16, Duration.ofHours(3)));
    for (int i = 0; i < 200; i++) {
      pool.addRemote(transfer(alice, 2 * i + 1, 10));
    }
    assertThat(pool.waitingCount()).isLessThanOrEqualTo(8);
    for (int i = 0; i < 200; i++) {
      pool.addRemote(transfer(bob, i, 10));
    }
    assertThat(pool.executableCount()).isLessThanOrEqualTo(16);
    assertThat(pool.slots()).isLessThanOrEqualTo(32);
  }

  @Test
  void queuedTransactionsExpire() {
    TxPool pool = pool();
    Transaction early = transfer(alice, 5, 10);
    pool.addRemote(early);
    now = now.plus(Duration.ofHours(4));
    chain.moveTo(chain.block(chain.head().header(), 1), chain.head().header());
    assertThat(pool.status(early.hash())).isEqualTo(PoolStatus.UNKNOWN);
  }

  @Test
  void aClosedPoolNoLongerFollows() {
    TxPool pool = pool();
    Transaction first = transfer(alice, 0, 10);
    pool.addRemote(first);
    pool.close();
    chain.fund(alice.address(), 1, WEALTH);
    chain.moveTo(chain.block(chain.head().header(), 1, first), chain.head().header());
    assertThat(pool.status(first.hash())).isEqualTo(PoolStatus.PENDING);
  }

  private static String text(@Nullable PoolError error) {
    return error == null ? "accepted" : error.text();
  }
}
