package io.lesnode.les.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.lesnode.chain.consensus.SealCheck;
import io.lesnode.les.client.Retrieval.Failed;
import io.lesnode.les.client.Retrieval.Retrieved;
import io.lesnode.les.wire.LesMessage;
import io.lesnode.primitives.Address;
import io.lesnode.primitives.Transaction;
import io.lesnode.primitives.TransactionType;
import io.lesnode.primitives.crypto.KeyPair;
import java.util.ArrayList;
import java.util.List;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;
import org.junit.jupiter.api.Test;

/** The life of our transactions from the call to the last reorganisation. */
final class TxLifeTest {
  private final TxWorld world = new TxWorld();
  private final MemoryStores stores = new MemoryStores();
  private final MemoryJournal journal = new MemoryJournal();
  private Bench bench = new Bench(world.genesis, stores, SealCheck.SKIP, journal);

  private void restart() {
    bench = new Bench(world.genesis, stores, SealCheck.SKIP, journal);
  }

  private TxWorld.Server connected(ServedChain chain) {
    TxWorld.Server server = world.server(bench, "server", chain).connectTo(bench);
    bench.runUntilHead(chain.head());
    bench.loop.runFor(Bench.SECOND);
    return server;
  }

  private void grow(TxWorld.Server server, ServedChain next, long reorgDepth) {
    server.announce(next, reorgDepth);
    bench.runUntilHead(next.head());
    bench.loop.runFor(3 * Bench.SECOND);
  }

  private String refusalOf(Transaction transaction) {
    return bench.client.sendTransaction(transaction) instanceof Failed<Bytes32>(var failure)
        ? failure.message()
        : "accepted";
  }

  /**
   * geth: TestTxPool, 1000 transactions over 100 blocks, with its curves of sent and mined ones.
   */
  @Test
  void aThousandTransactionsOverAHundredBlocks() {
    int count = 1000;
    int blocks = 100;
    List<Transaction> all = new ArrayList<>();
    for (int nonce = 0; nonce < count; nonce++) {
      all.add(world.payment(world.alice, nonce, 100));
    }
    ServedChain chain = world.genesis;
    TxWorld.Server server = connected(chain);
    for (int block = 1; block <= blocks; block++) {
      int sentBefore = curve(block - 1, blocks, count, 0.9);
      int sent = curve(block, blocks, count, 0.9);
      for (Transaction transaction : all.subList(sentBefore, sent)) {
        bench.client.sendTransaction(transaction).orElseThrow();
      }
      int minedBefore = curve(block - 1, blocks, count, 1.1);
      int mined = curve(block, blocks, count, 1.1);
      chain = world.mine(chain, 13, all.subList(minedBefore, mined));
      grow(server, chain, 0);

      assertThat(bench.client.pendingTransactions())
          .as("pending after block %d", block)
          .isEqualTo(all.subList(mined, sent));
    }
    assertThat(bench.client.pendingTransactions()).isEmpty();
    assertThat(journal.size()).isEqualTo(count);
  }

  private static int curve(int block, int blocks, int count, double exponent) {
    return (int) (Math.pow(block / (double) blocks, exponent) * count);
  }

  @Test
  void localChecksAreGethsInGethsWords() {
    Transaction mined = world.payment(world.alice, 0, 100);
    ServedChain chain = world.mine(world.genesis, 13, mined);
    connected(chain);

    assertThat(refusalOf(world.payment(world.alice, 0, 200))).isEqualTo("nonce too low");
    assertThat(refusalOf(with(1, 20_999, 1, world.alice))).isEqualTo("intrinsic gas too low");
    assertThat(refusalOf(with(1, 30_000_001, 1, world.alice))).isEqualTo("exceeds block gas limit");
    assertThat(refusalOf(with(1, 1_000_000, 1_000_000, world.alice)))
        .isEqualTo("insufficient funds for gas * price + value");
    assertThat(refusalOf(foreign())).isEqualTo("invalid sender");
    assertThat(refusalOf(world.payment(world.alice, 1, 100))).isEqualTo("accepted");
    assertThat(refusalOf(world.payment(world.alice, 1, 100))).isEqualTo("already known");
  }

  private static Transaction with(long nonce, long gas, long gwei, KeyPair key) {
    return Transaction.builder(TransactionType.LEGACY)
        .chainId(UInt256.valueOf(4711))
        .nonce(nonce)
        .gasPrice(TxWorld.GWEI.multiply(gwei))
        .gasLimit(gas)
        .to(Address.ZERO)
        .data(Bytes.EMPTY)
        .sign(key);
  }

  private Transaction foreign() {
    return Transaction.builder(TransactionType.LEGACY)
        .chainId(UInt256.ONE)
        .nonce(1)
        .gasPrice(TxWorld.GWEI)
        .gasLimit(21_000)
        .to(Address.ZERO)
        .sign(world.alice);
  }

  @Test
  void aReplacementPaysATenthMore() {
    TxWorld.Server server = connected(world.genesis);
    Transaction first = world.payment(world.alice, 0, 100);
    assertThat(refusalOf(first)).isEqualTo("accepted");

    assertThat(refusalOf(world.payment(world.alice, 0, 109)))
        .isEqualTo("replacement transaction underpriced");
    Transaction better = world.payment(world.alice, 0, 110);
    assertThat(refusalOf(better)).isEqualTo("accepted");
    bench.loop.runFor(Bench.SECOND);

    assertThat(bench.client.pendingTransactions()).containsExactly(better);
    assertThat(journal.size()).isEqualTo(1);
    assertThat(server.everSent).contains(better.hash());
  }

  @Test
  void aReplacementThatNobodyTakesLeavesTheOldOneInPlace() {
    TxWorld.Server server = connected(world.genesis);
    Transaction first = world.payment(world.alice, 0, 100);
    assertThat(refusalOf(first)).isEqualTo("accepted");
    server.refusal = "transaction underpriced";

    assertThat(refusalOf(world.payment(world.alice, 0, 150))).isEqualTo("transaction underpriced");
    bench.loop.runFor(Bench.SECOND);

    assertThat(bench.client.pendingTransactions()).containsExactly(first);
    restart();
    assertThat(bench.client.pendingTransactions()).containsExactly(first);
  }

  @Test
  void theNextNonceCountsWhatIsPendingUpToTheFirstGap() {
    connected(world.genesis);
    for (long nonce : new long[] {0, 1, 2, 4}) {
      assertThat(refusalOf(world.payment(world.alice, nonce, 100))).isEqualTo("accepted");
    }

    assertThat(bench.client.nextNonce(world.alice.address())).isEqualTo(new Retrieved<>(3L));
    assertThat(bench.client.nextNonce(world.bob.address())).isEqualTo(new Retrieved<>(0L));
  }

  @Test
  void aReorganisationMakesItPendingAndTheNextBlockIncludesItAgain() {
    Transaction ours = world.payment(world.alice, 0, 100);
    Transaction other = world.payment(world.bob, 0, 100);
    TxWorld.Server server = connected(world.genesis);
    assertThat(refusalOf(ours)).isEqualTo("accepted");
    ServedChain withIt = world.mine(world.genesis, 13, ours);
    grow(server, withIt, 0);
    assertThat(bench.client.pendingTransactions()).isEmpty();

    ServedChain without =
        world.mine(world.mine(world.genesis, 7, other), 7, world.payment(world.bob, 1, 100));
    server.pool.clear();
    grow(server, without, 1);
    assertThat(bench.client.pendingTransactions()).containsExactly(ours);
    assertThat(server.pool).as("sent again").contains(ours.hash());

    ServedChain again = world.mine(without, 7, ours);
    grow(server, again, 0);
    assertThat(bench.client.pendingTransactions()).isEmpty();
    assertThat(bench.client.transaction(ours.hash()).orElseThrow().orElseThrow().header())
        .isEqualTo(again.header(3));
  }

  @Test
  void anIncludedOneComesBackEvenIfTheProgramWasAwayDuringTheReorganisation() {
    Transaction ours = world.payment(world.alice, 0, 100);
    TxWorld.Server server = connected(world.genesis);
    assertThat(refusalOf(ours)).isEqualTo("accepted");
    grow(server, world.mine(world.genesis, 13, ours), 0);
    restart();

    ServedChain without =
        world.mine(world.mine(world.genesis, 7), 7, world.payment(world.bob, 0, 100));
    connected(without);
    bench.loop.runFor(3 * Bench.SECOND);

    assertThat(bench.client.pendingTransactions()).containsExactly(ours);
  }

  @Test
  void whatWasAcknowledgedSurvivesAKillAndIsSentAgain() {
    connected(world.genesis);
    List<Transaction> acknowledged = new ArrayList<>();
    for (int nonce = 0; nonce < 40; nonce++) {
      Transaction next = world.payment(world.alice, nonce, 100);
      assertThat(refusalOf(next)).isEqualTo("accepted");
      acknowledged.add(next);
    }
    restart();

    assertThat(bench.client.pendingTransactions()).isEqualTo(acknowledged);
    TxWorld.Server fresh = connected(world.genesis);
    assertThat(fresh.pool).containsAll(acknowledged.stream().map(Transaction::hash).toList());
  }

  @Test
  void nothingIsAcknowledgedThatIsNotOnTheDisk() {
    connected(world.genesis);
    journal.broken = true;

    assertThat(refusalOf(world.payment(world.alice, 0, 100))).contains("cannot be kept");
  }

  @Test
  void inclusionIsFoundWithoutAnyIndexOfTransactions() {
    Transaction ours = world.payment(world.alice, 0, 100);
    TxWorld.Server server = connected(world.genesis);
    server.indexed = false;
    assertThat(refusalOf(ours)).isEqualTo("accepted");
    server.pool.clear();
    ServedChain chain = world.mine(world.genesis, 13, ours);
    for (int i = 0; i < 20; i++) {
      chain = world.mine(chain, 13);
    }
    grow(server, chain, 0);

    assertThat(bench.client.pendingTransactions()).isEmpty();
    TransactionLookup found = bench.client.lookUpTransaction(ours.hash()).orElseThrow();
    assertThat(found)
        .isInstanceOfSatisfying(
            TransactionLookup.Included.class,
            included -> assertThat(included.transaction().header().number()).isEqualTo(1));
  }

  @Test
  void oneWhoseNonceAnotherTookIsGivenUp() {
    Transaction ours = world.payment(world.alice, 0, 100);
    TxWorld.Server server = connected(world.genesis);
    assertThat(refusalOf(ours)).isEqualTo("accepted");
    server.pool.clear();
    grow(server, world.mine(world.genesis, 13, world.payment(world.alice, 0, 500)), 0);

    assertThat(bench.client.pendingTransactions()).isEmpty();
    assertThat(journal.size()).isZero();
  }

  @Test
  void aServerThatOnlySaysThatTheNonceIsUsedIsNotBelieved() {
    Transaction ours = world.payment(world.alice, 0, 100);
    TxWorld.Server server = connected(world.genesis);
    assertThat(refusalOf(ours)).isEqualTo("accepted");
    server.pool.clear();
    server.refusal = "nonce too low";
    grow(server, world.mine(world.genesis, 13), 0);

    assertThat(bench.client.pendingTransactions()).containsExactly(ours);
  }

  @Test
  void bodiesAreFetchedOnlyWhereOneOfOursIs() {
    Transaction ours = world.payment(world.alice, 0, 100);
    TxWorld.Server server = connected(world.genesis);
    assertThat(refusalOf(ours)).isEqualTo("accepted");
    ServedChain chain = world.genesis;
    for (int i = 0; i < 10; i++) {
      chain = world.mine(chain, 13, world.payment(world.bob, i, 100));
      grow(server, chain, 0);
    }
    assertThat(bodyRequests(server)).isZero();

    grow(server, world.mine(chain, 13, ours), 0);
    assertThat(bodyRequests(server)).isEqualTo(1);
  }

  private static long bodyRequests(TxWorld.Server server) {
    return server.wire.received().stream()
        .filter(LesMessage.GetBlockBodies.class::isInstance)
        .count();
  }
}
