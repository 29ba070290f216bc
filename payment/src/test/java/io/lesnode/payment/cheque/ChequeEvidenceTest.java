package io.lesnode.payment.cheque;

import static io.lesnode.payment.cheque.ChequeWorld.ETHER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lesnode.payment.MethodId;
import io.lesnode.payment.Params;
import io.lesnode.payment.Payer.PaymentProof;
import io.lesnode.payment.PayerException;
import io.lesnode.payment.Refusal;
import io.lesnode.payment.RefusalCode;
import io.lesnode.payment.cheque.ChequeWorld.Hand;
import io.lesnode.payment.cheque.ChequeWorld.Program;
import io.lesnode.payment.ledger.AccountId;
import io.lesnode.payment.ledger.AccountKind;
import io.lesnode.payment.ledger.LedgerBatch;
import java.math.BigInteger;
import java.util.List;
import java.util.Optional;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.units.bigints.UInt256;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Test M1 of docs/vip.md: either side loses its records and learns what it needs from the other,
 * believing nothing but signatures and the chain.
 */
class ChequeEvidenceTest {
  private final ChequeWorld world = new ChequeWorld();
  private Program anna;

  @BeforeEach
  void aPayerWithADeposit() throws Exception {
    anna = world.program(2);
    anna.deposit(ETHER);
    anna.open();
    anna.pay(wei(600));
    anna.pay(wei(400));
  }

  @Test
  void aPayerThatLostItsRecordsLearnsThemWhenItOpens() throws Exception {
    anna.lose();
    assertThat(anna.payable()).as("it thinks that nothing was signed").isEqualTo(ETHER);
    anna.open();
    assertThat(anna.payable()).isEqualTo(ETHER.subtract(wei(1_000)));
    anna.pay(wei(50));
    assertThat(world.money(anna.key.address())).isEqualTo(1_050);
    assertThat(spent()).isEqualTo(-1_050);
  }

  @Test
  void aPayerThatLostItsRecordsLearnsThemFromARefusal() throws Exception {
    anna.lose();
    PaymentProof low = anna.sign(wei(50)).get(0);
    Refusal stale = world.refusal(anna.peer, low.proof());
    assertThat(stale.code()).isEqualTo(RefusalCode.STALE);

    anna.payer.onEvidence(world.server(), stale.evidence());
    assertThat(anna.payer.pending(world.server())).isEmpty();
    anna.pay(wei(50));
    assertThat(world.money(anna.key.address())).isEqualTo(1_050);
  }

  @Test
  void aServerThatLostItsRecordsLearnsTheNewestChequeAndCreditsNothingTwice() throws Exception {
    world.books.lose();
    world.restart();
    anna.open();
    assertThat(world.money(anna.key.address())).isZero();
    assertThat(world.claim(anna.key.address())).isEqualTo(-1_000);
    assertThat(world.house(AccountKind.REVENUE)).isEqualTo(1_000);
    anna.pay(wei(50));
    assertThat(world.money(anna.key.address())).isEqualTo(50);
    assertThat(world.claim(anna.key.address())).isEqualTo(-1_050);
    assertThat(world.books.ledger().history().audit()).isEmpty();
  }

  @Test
  void bothLostTheirsAndTheChainKnowsWhatWasCashed() throws Exception {
    anna.pay(ETHER.divide(BigInteger.TWO));
    world.settle(true);
    for (int i = 0; i < 8; i++) {
      anna.step();
    }
    UInt256 paid = world.onChain(anna.key.address()).paidWei();
    assertThat(paid).isEqualTo(UInt256.valueOf(ETHER.divide(BigInteger.TWO).add(wei(1_000))));
    world.books.lose();
    world.restart();
    anna.lose();

    anna.open();
    anna.pay(wei(7));
    assertThat(world.money(anna.key.address())).isEqualTo(7);
    assertThat(world.claim(anna.key.address())).isEqualTo(-7);
    Hand hand = world.hand(2);
    assertThat(world.code(anna.peer, hand.proof(wei(1_000)))).isEqualTo(RefusalCode.STALE);
  }

  @Test
  void whatWeDidNotSignIsNotEvidence() throws Exception {
    Hand mallory = world.hand(3);
    assertThatThrownBy(() -> anna.payer.onEvidence(world.server(), mallory.proof(ETHER)))
        .isInstanceOf(PayerException.class)
        .hasMessageContaining("did not sign");
    assertThatThrownBy(() -> anna.payer.onEvidence(world.server(), Bytes.of(1, 2, 3)))
        .isInstanceOf(PayerException.class);
    assertThatThrownBy(() -> anna.payer.onEvidence(world.server(), Bytes.EMPTY))
        .isInstanceOf(PayerException.class)
        .hasMessageContaining("shows no newer");
    // Ours, but over less than we know: nothing is unlearnt.
    anna.payer.onEvidence(world.server(), world.hand(2).proof(wei(600)));
    assertThat(anna.payable()).isEqualTo(ETHER.subtract(wei(1_000)));
  }

  @Test
  void aServerThatClaimsMoreThanWeSignedIsNotPaid() {
    DepositView view =
        new DepositView(world.onChain(anna.key.address()), world.onChain(anna.key.address()));
    PayerState lie = PayerState.fresh(UInt256.valueOf(5_000));
    Params params =
        new Params(0, ChequeStatement.of(world.book, lie, Optional.empty(), view, 1).encoded());
    assertThatThrownBy(() -> anna.payer.onParams(world.server(), params))
        .isInstanceOf(PayerException.class)
        .hasMessageContaining("shows none that we signed");
    assertThatThrownBy(() -> anna.payer.onParams(world.server(), new Params(0, Bytes.of(1))))
        .isInstanceOf(PayerException.class);
  }

  @Test
  void aServerIsShownOnlyChequesThatItHasAcknowledged() throws Exception {
    anna.sign(wei(5));
    LedgerBatch batch = world.books.begin();
    world.method.open(anna.peer, anna.payer.openData(world.server(), world.method.terms()), batch);
    world.books.commit(batch);
    assertThat(world.money(anna.key.address())).isEqualTo(1_000);
    anna.deliver(anna.payer.pending(world.server()));
    assertThat(world.money(anna.key.address())).isEqualTo(1_005);
  }

  @Test
  void aChequeInOpenThatIsNotSignedOrNotCoveredTeachesNothing() throws Exception {
    Hand mallory = world.hand(3);
    LedgerBatch batch = world.books.begin();
    assertThatThrownBy(() -> world.method.open(anna.peer, mallory.proof(wei(2_000)), batch))
        .isInstanceOf(Refusal.class);
    world.books.ledger().drop(batch);
    LedgerBatch second = world.books.begin();
    world.method.open(anna.peer, world.hand(2).proof(ETHER.add(BigInteger.ONE)), second);
    world.books.commit(second);
    assertThat(world.claim(anna.key.address())).isEqualTo(-1_000);
  }

  /** A payment without a receipt is sent again as it was, never another one instead. */
  @Test
  void pendingPaymentsAreTheSameAfterAReconnection() throws Exception {
    List<PaymentProof> signed = anna.sign(wei(5));
    anna.reopen();
    List<PaymentProof> again = anna.payer.pending(world.server());
    assertThat(again).isEqualTo(signed);
    List<PaymentProof> more = anna.sign(wei(6));
    assertThat(more).hasSize(2).startsWith(signed.get(0));
    anna.deliver(more);
    assertThat(anna.payer.pending(world.server())).isEmpty();
    assertThat(world.money(anna.key.address())).isEqualTo(1_011);
  }

  @Test
  void aReceiptForSomethingElseAcknowledgesNothing() throws Exception {
    List<PaymentProof> signed = anna.sign(wei(5));
    anna.payer.onReceipt(world.server(), Bytes.repeat((byte) 9, 8), UInt256.valueOf(ETHER));
    assertThat(anna.payer.pending(world.server())).isEqualTo(signed);
  }

  private BigInteger spent() {
    return anna.own.ledger().balance(AccountId.spent(world.payee.bytes()));
  }

  @Test
  void thePayersBooksHaveWhatWasSignedAndCashed() throws Exception {
    anna.pay(ETHER.divide(BigInteger.TWO));
    world.settle(true);
    for (int i = 0; i < 8; i++) {
      anna.step();
    }
    BigInteger signed = ETHER.divide(BigInteger.TWO).add(wei(1_000));
    assertThat(spent()).isEqualTo(signed.negate());
    assertThat(anna.own.ledger().balance(AccountId.signed(MethodId.CHEQUE, world.payee.bytes())))
        .isZero();
    assertThat(anna.own.ledger().history().audit()).isEmpty();
  }

  private static BigInteger wei(long wei) {
    return BigInteger.valueOf(wei);
  }
}
