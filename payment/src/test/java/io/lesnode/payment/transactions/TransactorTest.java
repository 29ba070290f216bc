package io.lesnode.payment.transactions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lesnode.contracts.testing.ContractChain;
import io.lesnode.payment.ChainUnavailableException;
import io.lesnode.payment.SettlementOutcome;
import io.lesnode.payment.Signer;
import io.lesnode.payment.SignerException;
import io.lesnode.payment.SigningRequest;
import io.lesnode.payment.ledger.FaultyLedgerStore;
import io.lesnode.payment.ledger.LedgerBatch;
import io.lesnode.payment.signing.MemorySigner;
import io.lesnode.payment.testing.Books;
import io.lesnode.payment.testing.PooledChain;
import io.lesnode.primitives.Address;
import io.lesnode.primitives.Transaction;
import io.lesnode.primitives.crypto.KeyPair;
import io.lesnode.primitives.crypto.Signature;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;
import org.junit.jupiter.api.Test;

/** Transactions that are sent once, whatever pools, fees, other programs and crashes do. */
class TransactorTest {
  private static final Address SHOP = Address.fromHex("0x00000000000000000000000000000000000005a0");

  private final ContractChain contracts = ContractChain.shanghai();
  private final PooledChain chain = new PooledChain(contracts);
  private final KeyPair key = contracts.account(1);
  private final Books books = new Books();
  private Transactor transactor = open();

  private Transactor open() {
    return new Transactor(
        new MemorySigner(key), chain, books, TransactorSettings.standard().withConfirmations(3));
  }

  private static TransactionOrder order(int number) {
    return new TransactionOrder(
        Bytes.of(number), SHOP, UInt256.valueOf(10), Bytes.EMPTY, 21_000, "order " + number);
  }

  private void step() throws Exception {
    transactor.onHead(chain.mine(1));
  }

  private void steps(int blocks) throws Exception {
    for (int i = 0; i < blocks; i++) {
      step();
    }
  }

  private UInt256 received() {
    return contracts.balance(SHOP);
  }

  private SettlementOutcome.Included included(int number) {
    return (SettlementOutcome.Included) transactor.finished().get(Bytes.of(number));
  }

  @Test
  void finalAfterItsConfirmationsAndThenForgotten() throws Exception {
    Bytes32 hash = transactor.submit(order(1));
    assertThat(transactor.submit(order(1))).as("the same reference, the same").isEqualTo(hash);
    steps(2);
    assertThat(transactor.finished()).isEmpty();
    step();
    assertThat(included(1).transaction()).isEqualTo(hash);
    assertThat(included(1).feeWei())
        .isEqualTo(UInt256.valueOf(21_000).multiply(UInt256.valueOf(1_000_000_007L)));

    LedgerBatch batch = books.begin();
    transactor.forget(Bytes.of(1), batch);
    books.commit(batch);
    books.reopen();
    transactor = open();
    assertThat(transactor.references()).isEmpty();
    assertThat(received()).isEqualTo(UInt256.valueOf(10));
  }

  @Test
  void severalHaveTheirNonces() throws Exception {
    for (int i = 1; i <= 20; i++) {
      transactor.submit(order(i));
    }
    steps(3);
    assertThat(transactor.finished()).hasSize(20);
    assertThat(received()).isEqualTo(UInt256.valueOf(200));
  }

  @Test
  void whatThePoolForgetsIsSentAgain() throws Exception {
    transactor.submit(order(1));
    transactor.submit(order(2));
    chain.emptyPool();
    steps(2);
    assertThat(received()).isEqualTo(UInt256.ZERO);
    steps(2);
    assertThat(received()).isEqualTo(UInt256.valueOf(20));
  }

  @Test
  void whatIsTooCheapIsReplacedByTheSameForMoreAndHappensOnce() throws Exception {
    Bytes32 first = transactor.submit(order(1));
    UInt256 fee = chain.pool().get(0).maxFeePerGas();
    chain.setLeastFeeWei(fee.add(UInt256.ONE));
    steps(10);
    assertThat(chain.pool()).hasSize(1);
    Transaction second = chain.pool().get(0);
    assertThat(second.hash()).isNotEqualTo(first);
    assertThat(second.nonce()).isZero();
    assertThat(
            second
                .maxFeePerGas()
                .toUnsignedBigInteger()
                .multiply(java.math.BigInteger.valueOf(100)))
        .as("pools want a tenth more")
        .isGreaterThan(fee.toUnsignedBigInteger().multiply(java.math.BigInteger.valueOf(110)));
    steps(4);
    assertThat(included(1).transaction()).isEqualTo(second.hash());
    assertThat(received()).isEqualTo(UInt256.valueOf(10));
  }

  /** The first version is mined although a second was sent: found by either hash. */
  @Test
  void anEarlierVersionMayBeTheOneThatIsMined() throws Exception {
    Bytes32 first = transactor.submit(order(1));
    Transaction cheap = chain.pool().get(0);
    chain.setLeastFeeWei(cheap.maxFeePerGas().add(UInt256.ONE));
    steps(10);
    chain.emptyPool();
    contracts.submit(cheap);
    steps(3);
    assertThat(included(1).transaction()).isEqualTo(first);
    assertThat(received()).isEqualTo(UInt256.valueOf(10));
  }

  @Test
  void feesHaveALimit() throws Exception {
    transactor =
        new Transactor(
            new MemorySigner(key),
            chain,
            books,
            new TransactorSettings(3, 2, 2, UInt256.valueOf(3_000_000_000L), false));
    transactor.submit(order(1));
    chain.setLeastFeeWei(UInt256.valueOf(1_000_000_000_000L));
    steps(30);
    assertThat(chain.pool())
        .singleElement()
        .satisfies(
            tx ->
                assertThat(tx.maxFeePerGas()).isLessThanOrEqualTo(UInt256.valueOf(3_000_000_000L)));
  }

  @Test
  void aReorganisationBeforeItIsFinalSendsItAgain() throws Exception {
    transactor.submit(order(1));
    long before = contracts.number();
    steps(2);
    assertThat(received()).isEqualTo(UInt256.valueOf(10));
    transactor.onHead(chain.replaceAfter(before));
    assertThat(received()).isEqualTo(UInt256.ZERO);
    steps(7);
    assertThat(received()).isEqualTo(UInt256.valueOf(10));
    assertThat(transactor.finished()).hasSize(1);
  }

  @Test
  void anAccountThatAnotherProgramUsesToo() throws Exception {
    transactor.submit(order(1));
    chain.emptyPool();
    // The other program takes the nonce.
    contracts.send(key, key.address(), UInt256.ZERO, Bytes.EMPTY).succeeded();
    steps(3);
    assertThat(transactor.finished().get(Bytes.of(1)))
        .isInstanceOfSatisfying(
            SettlementOutcome.Failed.class,
            failed -> assertThat(failed.text()).contains("another program"));
    assertThat(received()).isEqualTo(UInt256.ZERO);
  }

  /** A nonce below ours is missing: an empty transfer takes it, ours keep theirs. */
  @Test
  void aGapIsFilledWithNothing() throws Exception {
    Transaction foreign = contracts.sign(key, key.address(), UInt256.ZERO, Bytes.EMPTY);
    chain.send(foreign.encoded());
    transactor.submit(order(1));
    assertThat(chain.pool().get(1).nonce()).isEqualTo(1);
    chain.emptyPool();
    steps(30);
    assertThat(received()).isEqualTo(UInt256.valueOf(10));
    assertThat(transactor.references()).containsExactly(Bytes.of(1));
    assertThat(contracts.nonce(key.address())).isEqualTo(2);
  }

  @Test
  void withoutTheChainNothingIsStoredAndAfterwardsItIs() throws Exception {
    chain.setDown(true);
    assertThatThrownBy(() -> transactor.submit(order(1)))
        .isInstanceOf(ChainUnavailableException.class);
    assertThat(transactor.references()).isEmpty();
    chain.setDown(false);
    transactor.submit(order(1));
    steps(1);
    assertThat(received()).isEqualTo(UInt256.valueOf(10));
  }

  @Test
  void aSignerThatSignsWithAnotherKeyIsFoundOut() {
    KeyPair other = contracts.account(2);
    Signer liar =
        new Signer() {
          @Override
          public Address address() {
            return key.address();
          }

          @Override
          public Signature sign(SigningRequest request) {
            return other.sign(request.digest());
          }
        };
    Transactor cheated = new Transactor(liar, chain, books, TransactorSettings.standard());
    assertThatThrownBy(() -> cheated.submit(order(1))).isInstanceOf(SignerException.class);
    assertThat(chain.pool()).isEmpty();
  }

  /** Chains without EIP-1559 get the old form, protected by EIP-155. */
  @Test
  void legacyTransactionsAreProtected() throws Exception {
    transactor =
        new Transactor(
            new MemorySigner(key),
            chain,
            books,
            new TransactorSettings(3, 3, 10, UInt256.valueOf(500_000_000_000L), true));
    transactor.submit(order(1));
    assertThat(chain.pool().get(0).chainId()).isEqualTo(UInt256.valueOf(1337));
    steps(3);
    assertThat(received()).isEqualTo(UInt256.valueOf(10));
  }

  /** Test M7 of docs/vip.md for transactions: the machine dies at each write, sent once. */
  @Test
  void whereverTheMachineDiesTheOrderIsSentOnce() throws Exception {
    for (int moment = 1; moment <= 12; moment++) {
      UInt256 before = received();
      Bytes reference = Bytes.of(100 + moment);
      TransactionOrder order =
          new TransactionOrder(reference, SHOP, UInt256.ONE, Bytes.EMPTY, 21_000, "one");
      books.dieAt(moment);
      boolean died = false;
      try {
        transactor = open();
        transactor.submit(order);
        steps(4);
        forget(reference);
      } catch (FaultyLedgerStore.Crash crash) {
        died = true;
      }
      books.reopen();
      transactor = open();
      // Who wanted it asks again unless it knows that it happened.
      if (died && received().equals(before)) {
        transactor.submit(order);
      }
      steps(6);
      assertThat(received()).as("moment %d", moment).isEqualTo(before.add(UInt256.ONE));
      forget(reference);
    }
  }

  private void forget(Bytes reference) {
    LedgerBatch batch = books.begin();
    transactor.forget(reference, batch);
    books.commit(batch);
  }
}
