package io.lesnode.payment.cheque;

import static io.lesnode.payment.cheque.ChequeWorld.ETHER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lesnode.payment.MethodNews;
import io.lesnode.payment.RefusalCode;
import io.lesnode.payment.Settlement;
import io.lesnode.payment.cheque.ChequeWorld.Hand;
import io.lesnode.payment.ledger.AccountKind;
import io.lesnode.payment.ledger.LedgerBatch;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.units.bigints.UInt256;
import org.junit.jupiter.api.Test;

/** How cheques become ether (docs/vip.md, "Settlement"), and reorganisations (test M6). */
class ChequeSettlementTest {
  /** About what a transaction costs at the gas price of the test chain. */
  private static final BigInteger COST =
      BigInteger.valueOf(46_000).multiply(BigInteger.valueOf(1_000_000_000));

  private final ChequeWorld world = new ChequeWorld();

  @Test
  void cashedWhenWorthTwentyTransactionsAndNotBefore() throws Exception {
    Hand anna = world.handWith(2, ETHER);
    anna.pay(COST.multiply(BigInteger.valueOf(20)).subtract(BigInteger.ONE));
    assertThat(world.settle(false)).isEmpty();
    anna.pay(COST.multiply(BigInteger.valueOf(20)));
    assertThat(world.settle(false)).hasSize(1);
    assertThat(world.settle(false)).as("one at a time for a payer").isEmpty();

    BigInteger before = balance();
    world.mine(7);
    BigInteger paid = COST.multiply(BigInteger.valueOf(20));
    assertThat(world.onChain(anna.address()).paidWei()).isEqualTo(UInt256.valueOf(paid));
    assertThat(world.claim(anna.address())).isZero();
    BigInteger fee = world.house(AccountKind.FEES).negate();
    assertThat(fee).isPositive();
    // The books have to the wei what the account has.
    assertThat(balance().subtract(before)).isEqualTo(paid.subtract(fee));
    assertThat(world.house(AccountKind.CASHED).negate()).isEqualTo(paid.subtract(fee));
    assertThat(world.money(anna.address())).isEqualTo(paid);
    assertThat(world.books.ledger().history().audit()).isEmpty();
  }

  @Test
  void cashedAfterAWeekIfWorthMoreThanItCosts() throws Exception {
    Hand anna = world.handWith(2, ETHER);
    anna.pay(COST.add(BigInteger.ONE));
    world.contracts.warp(7 * 86_400L - 100);
    world.mine(1);
    assertThat(world.settle(false)).isEmpty();
    world.contracts.warp(100);
    world.mine(1);
    assertThat(world.settle(false))
        .singleElement()
        .satisfies(s -> assertThat(s.reason()).contains("7 days"));
  }

  @Test
  void everythingIsSettledBeforeAnEndIfWorthItsCost() throws Exception {
    Hand anna = world.handWith(2, ETHER);
    anna.pay(COST);
    assertThat(world.settle(true)).isEmpty();
    anna.pay(COST.add(BigInteger.ONE));
    assertThat(world.settle(true)).hasSize(1);
  }

  /** Several payers are cashed by one transaction; who is not worth one alone goes along. */
  @Test
  void manyPayersShareATransaction() throws Exception {
    List<Hand> payers = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      Hand hand = world.hand(100 + i);
      hand.deposit(ETHER);
      payers.add(hand);
    }
    world.mine(6);
    BigInteger little = COST.multiply(BigInteger.valueOf(10));
    for (Hand hand : payers) {
      hand.pay(little);
    }
    assertThat(world.settle(false)).isEmpty();
    payers.get(7).pay(little.shiftLeft(1));

    List<Settlement> sent = world.settle(false);
    assertThat(sent).hasSize(2);
    assertThat(sent.get(0).payers()).hasSize(50);
    world.mine(7);
    BigInteger claims = BigInteger.ZERO;
    for (Hand hand : payers) {
      claims = claims.add(world.claim(hand.address()));
    }
    assertThat(claims).isZero();
    assertThat(world.contracts.balance(world.book.address()))
        .isEqualTo(
            UInt256.valueOf(
                ETHER
                    .multiply(BigInteger.valueOf(60))
                    .subtract(little.multiply(BigInteger.valueOf(61)))));
  }

  /** Defect 2.1 (3): a withdrawal however small is answered when uncashed money rests on it. */
  @Test
  void aWithdrawalIsToldAndAnsweredByCashing() throws Exception {
    Hand anna = world.handWith(2, ETHER.divide(BigInteger.valueOf(1_000)));
    BigInteger spent = COST.multiply(BigInteger.TWO);
    anna.pay(spent);
    assertThat(world.settle(false)).isEmpty();

    anna.withdraw(ETHER.divide(BigInteger.valueOf(1_000)));
    List<MethodNews> news = world.look(world.chain.head0());
    assertThat(news)
        .containsExactly(
            new MethodNews.WithdrawSeen(anna.address().bytes(), world.contracts.number() + 7_200));
    assertThat(world.look(world.chain.head0())).as("told once").isEmpty();

    assertThat(world.settle(false))
        .singleElement()
        .satisfies(s -> assertThat(s.amountWei()).isEqualTo(UInt256.valueOf(spent)));
    world.mine(7);
    assertThat(world.claim(anna.address())).isZero();
  }

  /** Defect D5 of vipnode v2: the same money was paid out three times. */
  @Test
  void threeWithdrawalsOfTheSameMoneyPayOnce() throws Exception {
    Hand anna = world.handWith(2, ETHER);
    anna.pay(ETHER);
    BigInteger before = balance();
    assertThat(world.settle(true)).hasSize(1);
    assertThat(world.settle(true)).isEmpty();
    world.chain.mine(1);
    assertThat(world.settle(true)).isEmpty();
    // Not even a server that has forgotten that it settled is paid twice.
    world.restart();
    assertThat(world.settle(true)).isEmpty();
    world.mine(8);
    assertThat(world.settle(true)).isEmpty();
    assertThat(balance().subtract(before)).isEqualTo(ETHER.add(world.house(AccountKind.FEES)));
  }

  /** Defect 2.1 (2): a cheque that is paid in part stays claimable, and a top-up pays the rest. */
  @Test
  void whatBouncesStaysClaimable() throws Exception {
    Hand anna = world.handWith(2, ETHER);
    anna.pay(ETHER);
    // Half of the deposit goes while nobody watched: a window has passed.
    anna.withdraw(ETHER.divide(BigInteger.TWO));
    world.chain.mine(7_300);
    world
        .contracts
        .send(anna.key, world.book.address(), world.book.claimCall(world.payee))
        .succeeded();
    world.mine(7);
    assertThat(world.frozen(anna.address())).isEqualTo(ETHER.divide(BigInteger.TWO));

    world.settle(true);
    world.mine(8);
    assertThat(world.claim(anna.address())).isEqualTo(ETHER.divide(BigInteger.TWO).negate());
    assertThat(world.code(anna.peer, anna.proof(ETHER.add(BigInteger.ONE))))
        .isEqualTo(RefusalCode.INSUFFICIENT_DEPOSIT);

    anna.deposit(ETHER.divide(BigInteger.TWO));
    world.mine(6);
    assertThat(world.frozen(anna.address())).isZero();
    assertThat(world.money(anna.address())).isEqualTo(ETHER);
    world.settle(true);
    world.mine(8);
    assertThat(world.claim(anna.address())).isZero();
  }

  @Test
  void aClaimThatIsGivenUpIsBorneByThePayerFirstAndCanStillComeBack() throws Exception {
    Hand anna = world.handWith(2, ETHER);
    anna.pay(ETHER);
    anna.withdraw(ETHER);
    world.chain.mine(7_300);
    world
        .contracts
        .send(anna.key, world.book.address(), world.book.claimCall(world.payee))
        .succeeded();
    world.mine(7);
    assertThat(world.settle(true)).as("there is nothing to get").isEmpty();

    LedgerBatch batch = world.books.begin();
    assertThat(world.method.writeOff(anna.address().bytes(), batch)).isEqualTo(ETHER);
    world.books.commit(batch);
    assertThat(world.claim(anna.address())).isZero();
    assertThat(world.money(anna.address())).isZero();
    assertThat(world.frozen(anna.address())).isZero();
    assertThat(world.house(AccountKind.LOSS)).isZero();

    anna.deposit(ETHER);
    world.mine(6);
    world.settle(true);
    world.mine(8);
    assertThat(world.claim(anna.address())).isZero();
    assertThat(world.house(AccountKind.LOSS))
        .as("the house has more than it wrote off")
        .isEqualTo(ETHER);
    assertThat(world.books.ledger().history().audit()).isEmpty();
  }

  /** Test M6 of docs/vip.md: a reorganisation takes a deposit away, and brings it back. */
  @Test
  void aReorganisationOfTheDepositFreezesTheMoneyUntilItIsBack() throws Exception {
    Hand anna = world.hand(2);
    long before = world.contracts.number();
    anna.deposit(ETHER);
    world.mine(6);
    anna.pay(BigInteger.valueOf(1_000));
    spend(anna, 300);

    world.contracts.revertTo(before);
    world.contracts.mine(8);
    assertThat(world.look(world.chain.head0()))
        .containsExactly(new MethodNews.DepositLost(anna.address().bytes()));
    assertThat(world.money(anna.address())).isZero();
    assertThat(world.frozen(anna.address())).isEqualTo(700);
    assertThat(world.code(anna.peer, anna.proof(BigInteger.valueOf(1_001))))
        .isEqualTo(RefusalCode.INSUFFICIENT_DEPOSIT);
    assertThat(world.mine(1)).as("told once").isEmpty();
    world.reopen();
    assertThat(world.mine(1)).as("told once, also by the next process").isEmpty();

    anna.deposit(ETHER);
    world.look(world.chain.head0());
    assertThat(world.mine(5)).as("not yet deep enough").isEmpty();
    assertThat(world.mine(1))
        .containsExactly(new MethodNews.Confirmed(anna.address().bytes(), Bytes.EMPTY));
    assertThat(world.money(anna.address())).isEqualTo(700);
    assertThat(world.frozen(anna.address())).isZero();
    anna.pay(BigInteger.valueOf(1_001));
    assertThat(world.books.ledger().history().audit()).isEmpty();
  }

  /**
   * A settlement that a deep reorganisation undoes is not in the books either, until it is again.
   */
  @Test
  void aSettlementThatIsUndoneIsUnbooked() throws Exception {
    Hand anna = world.handWith(2, ETHER);
    long before = world.contracts.number();
    anna.pay(ETHER.divide(BigInteger.TWO));
    world.settle(true);
    world.mine(8);
    anna.pay(ETHER);
    assertThat(world.claim(anna.address())).isEqualTo(ETHER.divide(BigInteger.TWO).negate());

    world.contracts.revertTo(before);
    world.contracts.mine(20);
    world.look(world.chain.head0());
    assertThat(world.claim(anna.address())).isEqualTo(ETHER.negate());

    world.settle(true);
    world.mine(8);
    assertThat(world.claim(anna.address())).isZero();
    assertThat(world.onChain(anna.address()).paidWei()).isEqualTo(UInt256.valueOf(ETHER));
  }

  @Test
  void aSettlementThatFailsIsNotRepeatedAtOnce() throws Exception {
    Hand anna = world.handWith(2, ETHER);
    anna.pay(ETHER);
    world.settle(true);
    // Somebody else cashes first: ours reverts, because nothing is due.
    Cheque same = anna.cheque(ETHER);
    world.chain.emptyPool();
    world
        .contracts
        .send(
            world.payeeKey,
            world.book.address(),
            world.book.cashCall(List.of(anna.address()), List.of(same)))
        .succeeded();
    world.mine(10);
    assertThat(world.claim(anna.address())).isZero();
    assertThat(world.settle(true)).isEmpty();
    assertThat(world.runner.running()).isEmpty();
  }

  /** Ends at once with both signatures; nothing is accepted between signing and the chain. */
  @Test
  void bothEndAnAccountAtOnce() throws Exception {
    ChequeWorld.Program anna = world.program(2);
    anna.deposit(ETHER);
    anna.pay(BigInteger.valueOf(1_000));
    Bytes asked = anna.payer.closeData(world.server());
    LedgerBatch batch = world.books.begin();
    Bytes statement = world.method.close(anna.peer, asked, batch);
    world.books.commit(batch);

    Hand hand = world.hand(2);
    assertThat(world.code(anna.peer, hand.proof(BigInteger.valueOf(2_000))))
        .isEqualTo(RefusalCode.WITHDRAW_PENDING);

    anna.payer.onClosed(world.server(), statement);
    for (int i = 0; i < 8; i++) {
      anna.step();
    }
    assertThat(world.onChain(hand.address()).depositWei()).isEqualTo(UInt256.ZERO);
    assertThat(world.claim(hand.address())).isZero();
    assertThat(world.contracts.balance(world.book.address())).isEqualTo(UInt256.ZERO);
    // And it can begin anew.
    anna.deposit(ETHER);
    anna.pay(BigInteger.valueOf(500));
    assertThat(world.money(hand.address())).isEqualTo(1_500);
  }

  @Test
  void aCloseBelowTheNewestChequeIsRefused() throws Exception {
    Hand anna = world.handWith(2, ETHER);
    anna.pay(BigInteger.valueOf(1_000));
    CloseTerms low = new CloseTerms(UInt256.valueOf(999), 0, world.contracts.timestamp() + 600);
    Bytes signed = signedClose(anna, low);
    LedgerBatch batch = world.books.begin();
    assertThatThrownBy(() -> world.method.close(anna.peer, signed, batch))
        .hasMessageContaining("sign a larger total");
    world.books.ledger().drop(batch);
    CloseTerms late =
        new CloseTerms(UInt256.valueOf(1_000), 0, world.contracts.timestamp() + 3_601);
    LedgerBatch second = world.books.begin();
    assertThatThrownBy(() -> world.method.close(anna.peer, signedClose(anna, late), second))
        .hasMessageContaining("within an hour");
    world.books.ledger().drop(second);
  }

  private Bytes signedClose(Hand hand, CloseTerms terms) {
    var request = world.book.closeRequest(world.payee, hand.address(), terms).orElseThrow();
    return new ChequeStatement.SignedClose(
            terms, io.lesnode.payment.signing.CompactSignature.of(hand.key.sign(request.digest())))
        .encoded();
  }

  private void spend(Hand hand, long wei) {
    LedgerBatch batch = world.books.begin();
    io.lesnode.payment.ledger.Bookkeeping.auction(
        batch, hand.address().bytes(), BigInteger.valueOf(wei), Bytes.of(1));
    world.books.commit(batch);
  }

  private BigInteger balance() {
    return world.contracts.balance(world.payee).toUnsignedBigInteger();
  }
}
