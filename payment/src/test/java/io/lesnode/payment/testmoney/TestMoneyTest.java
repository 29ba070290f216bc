package io.lesnode.payment.testmoney;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lesnode.payment.Counterparty;
import io.lesnode.payment.Credit;
import io.lesnode.payment.MethodId;
import io.lesnode.payment.MethodTerms;
import io.lesnode.payment.Params;
import io.lesnode.payment.Payer.PaymentProof;
import io.lesnode.payment.PayerException;
import io.lesnode.payment.Refusal;
import io.lesnode.payment.RefusalCode;
import io.lesnode.payment.ledger.AccountId;
import io.lesnode.payment.ledger.LedgerBatch;
import io.lesnode.payment.testing.Books;
import java.util.List;
import java.util.Optional;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;
import org.junit.jupiter.api.Test;

/** Test money counts once and within its limit, over crashes of both sides. */
class TestMoneyTest {
  private static final UInt256 LIMIT = UInt256.valueOf(1_000);
  private static final Counterparty PEER =
      new Counterparty(Bytes32.repeat((byte) 1), Bytes.EMPTY, Optional.empty());

  private final Books server = new Books();
  private final Books client = new Books();
  private final TestMoneyMethod method = new TestMoneyMethod(LIMIT);
  private TestMoneyPayer payer = new TestMoneyPayer(client, LIMIT);

  private Credit receive(Bytes proof) throws Refusal {
    LedgerBatch batch = server.begin();
    try {
      Credit credit = method.receive(PEER, proof, batch);
      server.commit(batch);
      return credit;
    } catch (Refusal refusal) {
      server.ledger().drop(batch);
      throw refusal;
    }
  }

  private RefusalCode refused(Bytes proof) {
    try {
      throw new AssertionError(receive(proof));
    } catch (Refusal refusal) {
      return refusal.code();
    }
  }

  @Test
  void countsOnceAndUpToTheLimit() throws Exception {
    assertThat(receive(TestMoneyMethod.proof(UInt256.valueOf(600), 1)))
        .isEqualTo(new Credit.Money(UInt256.valueOf(600), UInt256.valueOf(600)));
    assertThat(refused(TestMoneyMethod.proof(UInt256.valueOf(1), 1))).isEqualTo(RefusalCode.STALE);
    assertThat(refused(TestMoneyMethod.proof(UInt256.valueOf(401), 2)))
        .isEqualTo(RefusalCode.OVER_LIMIT);
    assertThat(refused(TestMoneyMethod.proof(UInt256.ZERO, 2))).isEqualTo(RefusalCode.OVER_LIMIT);
    assertThat(refused(TestMoneyMethod.proof(UInt256.MAX_VALUE, 2)))
        .isEqualTo(RefusalCode.OVER_LIMIT);
    receive(TestMoneyMethod.proof(UInt256.valueOf(400), 2));
    assertThat(refused(TestMoneyMethod.proof(UInt256.ONE, 3))).isEqualTo(RefusalCode.OVER_LIMIT);
    server.reopen();
    assertThat(refused(TestMoneyMethod.proof(UInt256.ONE, 3))).isEqualTo(RefusalCode.OVER_LIMIT);
    assertThat(server.ledger().balance(AccountId.client(PEER.moneyOwner()))).isEqualTo(1_000);
    assertThat(server.ledger().balance(AccountId.claim(MethodId.TEST, PEER.moneyOwner())))
        .isEqualTo(-1_000);
  }

  @Test
  void hostileBytesAreRefused() {
    for (Bytes bad :
        List.of(
            Bytes.EMPTY,
            Bytes.of(0),
            Bytes.of(0xc0),
            Bytes.of(0xc1, 5),
            Bytes.repeat((byte) 0xff, 99))) {
      assertThat(refused(bad)).isEqualTo(RefusalCode.MALFORMED);
    }
  }

  @Test
  void thePayerSendsTheSameAgainAndNeverTwice() throws Exception {
    payer.pay(PEER, UInt256.valueOf(100));
    List<PaymentProof> two = payer.pay(PEER, UInt256.valueOf(50));
    client.reopen();
    payer = new TestMoneyPayer(client, LIMIT);
    assertThat(payer.pending(PEER)).isEqualTo(two).hasSize(2);
    for (PaymentProof proof : two) {
      Credit.Money money = (Credit.Money) receive(proof.proof());
      payer.onReceipt(PEER, proof.payId(), money.cumulativeWei());
    }
    assertThat(payer.pending(PEER)).isEmpty();
    assertThat(payer.payableWei(PEER)).isEqualTo(UInt256.valueOf(850));
    assertThatThrownBy(() -> payer.pay(PEER, UInt256.valueOf(851)))
        .isInstanceOf(PayerException.class);
  }

  @Test
  void aPayerThatForgotLearnsFromTheServer() throws Exception {
    receive(TestMoneyMethod.proof(UInt256.valueOf(100), 7));
    LedgerBatch batch = server.begin();
    Params params = method.open(PEER, Bytes.EMPTY, batch);
    server.commit(batch);
    payer.onParams(PEER, params);
    assertThat(payer.payableWei(PEER)).isEqualTo(UInt256.valueOf(900));
    receive(payer.pay(PEER, UInt256.ONE).get(0).proof());
    assertThatThrownBy(() -> payer.onParams(PEER, new Params(0, Bytes.of(1))))
        .isInstanceOf(PayerException.class);
    MethodTerms other =
        new MethodTerms(MethodId.TEST, "test/2", Optional.empty(), Bytes32.ZERO, Bytes.EMPTY);
    assertThatThrownBy(() -> payer.check(PEER, other)).isInstanceOf(PayerException.class);
  }
}
