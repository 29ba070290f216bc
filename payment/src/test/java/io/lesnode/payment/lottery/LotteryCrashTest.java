package io.lesnode.payment.lottery;

import static io.lesnode.payment.lottery.LotteryPaymentRig.GWEI;
import static org.assertj.core.api.Assertions.assertThat;

import io.lesnode.contracts.testing.ContractChain;
import io.lesnode.contracts.testing.Sent;
import io.lesnode.payment.Payer.PaymentProof;
import io.lesnode.payment.Refusal;
import io.lesnode.payment.RefusalCode;
import io.lesnode.payment.Settlement;
import io.lesnode.payment.ledger.AccountKind;
import io.lesnode.payment.ledger.FaultyLedgerStore;
import io.lesnode.payment.lottery.LotteryPaymentRig.Server;
import io.lesnode.payment.testing.Books;
import io.lesnode.payment.testing.ContractChainView;
import org.apache.tuweni.units.bigints.UInt256;
import org.junit.jupiter.api.Test;

/**
 * Test M7 of docs/vip.md for lotteries: either side dies at each of its writes, starts again on its
 * disk, and in the end everything was paid, received, claimed and booked once.
 */
class LotteryCrashTest {
  private static final UInt256 SHARE = GWEI.multiply(1_000_000);
  private static final UInt256 PAYMENT = SHARE.divide(8);
  private static final int PAYMENTS = 4;

  /** Each run dies once; the first moment at which nothing died ends the test. */
  @Test
  void thePayerDies() throws Exception {
    int moment = 1;
    while (new Run().payerDiesAt(moment)) {
      moment++;
    }
    // a lottery, its transaction, its confirmation; for each payment the cheque and the receipt
    assertThat(moment).isGreaterThan(2 * (2 + 2 * PAYMENTS));
  }

  @Test
  void theServerDies() throws Exception {
    int moment = 1;
    while (new Run().serverDiesAt(moment)) {
      moment++;
    }
    // four payments, the draw, the claim
    assertThat(moment).isGreaterThan(2 * (PAYMENTS + 2));
  }

  /** A payer and a server, and the steps between them, each of which can be taken again. */
  private static final class Run {
    private final LotteryPaymentRig rig = new LotteryPaymentRig(ContractChain.shanghai());
    private final ContractChain chain = rig.chain;
    private final Books payerBooks = new Books();
    private final Books serverBooks = new Books();
    private final Server server = rig.server(0);
    private boolean died;

    private interface Step {
      void run() throws Exception;
    }

    boolean payerDiesAt(int moment) throws Exception {
      payerBooks.dieAt(moment);
      step(this::open);
      everything();
      return died;
    }

    boolean serverDiesAt(int moment) throws Exception {
      serverBooks.dieAt(moment);
      step(this::open);
      everything();
      return died;
    }

    private void open() throws Exception {
      rig.payer = rig.newPayer(LotteryPlan.standard(), payerBooks);
      rig.payer.check(server.peer, server.method.terms());
      server.reopen(serverBooks.ledger());
    }

    /** Takes a step; if somebody dies in it both start again and take it again. */
    private void step(Step step) throws Exception {
      try {
        step.run();
      } catch (FaultyLedgerStore.Crash crash) {
        died = true;
        payerBooks.reopen();
        serverBooks.reopen();
        open();
        step.run();
      }
    }

    private void everything() throws Exception {
      step(this::fund);
      assertThat(chain.balance(rig.contract.address())).isEqualTo(SHARE);
      for (int i = 1; i <= PAYMENTS; i++) {
        UInt256 goal = PAYMENT.multiply(UInt256.valueOf(i));
        step(() -> payUpTo(goal));
      }
      UInt256 paid = SHARE.subtract(rig.payer.payableWei(server.peer));
      assertThat(paid.subtract(PAYMENT.multiply(UInt256.valueOf(PAYMENTS))))
          .isLessThan(UInt256.valueOf(2_000_000));
      assertThat(server.money()).isEqualTo(paid.toUnsignedBigInteger());

      long reveal = LotteryBooks.committed(server.books).getFirst().pot().reveal();
      rig.fixDraw(reveal, 0);
      chain.mine(reveal + 6 - chain.number());
      step(server::onHead);
      claim();
      assertThat(server.claim()).isZero();
      assertThat(server.due()).isEmpty();
      assertThat(server.money()).isEqualTo(paid.toUnsignedBigInteger());
      assertThat(server.house(AccountKind.LOSS))
          .isEqualTo(SHARE.subtract(paid).toUnsignedBigInteger());
    }

    private void fund() throws Exception {
      for (int block = 0; block < 12; block++) {
        chain.mine(1);
        rig.payer.onHead(rig.view.head());
      }
      if (rig.payer.payableWei(server.peer).isZero()) {
        rig.payer.deposit(server.peer, SHARE);
        for (int block = 0; block < 9; block++) {
          chain.mine(1);
          rig.payer.onHead(rig.view.head());
        }
      }
      assertThat(rig.payer.payableWei(server.peer)).isEqualTo(SHARE);
    }

    /** Pays until so much is signed, and has it received. */
    private void payUpTo(UInt256 goalWei) throws Exception {
      UInt256 signed = SHARE.subtract(rig.payer.payableWei(server.peer));
      if (signed.compareTo(goalWei) < 0) {
        rig.payer.pay(server.peer, goalWei.subtract(signed));
      }
      for (PaymentProof proof : rig.payer.pending(server.peer)) {
        try {
          UInt256 credited = server.receive(rig.clientPeer, proof.proof());
          assertThat(credited).isEqualTo(proof.amountWei());
          rig.payer.onReceipt(server.peer, proof.payId(), credited);
        } catch (Refusal refusal) {
          assertThat(refusal.code()).isEqualTo(RefusalCode.STALE);
          rig.payer.onEvidence(server.peer, refusal.evidence());
        }
      }
      assertThat(rig.payer.pending(server.peer)).isEmpty();
    }

    /** The claim is sent once; what came of it is told until it is booked. */
    private void claim() throws Exception {
      Settlement settlement = server.due().getFirst();
      Sent sent = chain.send(server.key, settlement.contract(), settlement.callData()).succeeded();
      step(() -> server.settled(settlement, sent));
      assertThat(server.house(AccountKind.CASHED))
          .isEqualTo(
              ContractChainView.fee(sent)
                  .toUnsignedBigInteger()
                  .subtract(SHARE.toUnsignedBigInteger()));
    }
  }
}
