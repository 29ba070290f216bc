package io.lesnode.payment.cheque;

import static io.lesnode.payment.cheque.ChequeWorld.ETHER;
import static org.assertj.core.api.Assertions.assertThat;

import io.lesnode.payment.Payer.PaymentProof;
import io.lesnode.payment.Refusal;
import io.lesnode.payment.RefusalCode;
import io.lesnode.payment.cheque.ChequeWorld.Program;
import io.lesnode.payment.ledger.AccountKind;
import io.lesnode.payment.ledger.FaultyLedgerStore;
import io.lesnode.payment.ledger.LedgerStoreException;
import java.math.BigInteger;
import java.util.List;
import org.apache.tuweni.units.bigints.UInt256;
import org.junit.jupiter.api.Test;

/**
 * Test M7 of docs/vip.md: the machine dies at each write, on either side, while something is
 * signed, received or settled. Nothing acknowledged is lost and nothing is created.
 */
class ChequeCrashTest {
  private static final BigInteger AMOUNT = BigInteger.valueOf(1_000);

  private final ChequeWorld world = new ChequeWorld();

  /** The payer dies while it signs: the same payment is sent again, or none was promised. */
  @Test
  void thePayerDiesWhileItPays() throws Exception {
    Program anna = world.program(2);
    anna.deposit(ETHER);
    anna.pay(AMOUNT);
    BigInteger total = AMOUNT;
    int deaths = 0;
    for (int moment = 1; moment <= 6; moment++) {
      anna.own.dieAt(moment);
      anna.start();
      List<PaymentProof> handedOut = List.of();
      try {
        handedOut = anna.sign(AMOUNT);
      } catch (FaultyLedgerStore.Crash | LedgerStoreException crash) {
        deaths++;
      }
      // What was handed out before the machine died may have reached the server.
      if (!handedOut.isEmpty() && moment % 2 == 0) {
        world.receive(anna.peer, handedOut.getLast().proof());
      }
      anna.reopen();
      List<PaymentProof> pending = anna.payer.pending(world.server());
      if (!handedOut.isEmpty()) {
        assertThat(pending).as("what was handed out is known").isEqualTo(handedOut);
      }
      total = total.add(AMOUNT.multiply(BigInteger.valueOf(pending.size())));
      sendAll(anna, pending);
      assertThat(world.money(anna.key.address())).isEqualTo(total);
      assertThat(anna.payable()).isEqualTo(ETHER.subtract(total));
      assertThat(anna.own.ledger().history().audit()).isEmpty();
    }
    assertThat(deaths).isPositive();
  }

  /** As a client does: a payment that is stale already is acknowledged by its evidence. */
  private void sendAll(Program payer, List<PaymentProof> proofs) throws Exception {
    for (PaymentProof proof : proofs) {
      try {
        payer.deliver(List.of(proof));
      } catch (Refusal refusal) {
        assertThat(refusal.code()).isEqualTo(RefusalCode.STALE);
        payer.payer.onEvidence(world.server(), refusal.evidence());
      }
    }
    assertThat(payer.payer.pending(world.server())).isEmpty();
  }

  /** The server dies while it receives: credited and acknowledged, or neither. */
  @Test
  void theServerDiesWhileItReceives() throws Exception {
    Program anna = world.program(2);
    anna.deposit(ETHER);
    BigInteger credited = BigInteger.ZERO;
    for (int moment = 1; moment <= 3; moment++) {
      List<PaymentProof> proofs = anna.sign(AMOUNT);
      world.books.dieAt(moment);
      world.restart();
      boolean acknowledged = false;
      try {
        world.receive(anna.peer, proofs.getLast().proof());
        acknowledged = true;
      } catch (FaultyLedgerStore.Crash crash) {
        assertThat(moment).isLessThanOrEqualTo(2);
      }
      world.books.reopen();
      world.restart();
      BigInteger money = world.money(anna.key.address());
      if (acknowledged) {
        assertThat(money).isEqualTo(credited.add(AMOUNT));
      } else {
        assertThat(money).isIn(credited, credited.add(AMOUNT));
      }
      assertThat(world.claim(anna.key.address())).isEqualTo(money.negate());
      sendAll(anna, anna.payer.pending(world.server()));
      credited = credited.add(AMOUNT);
      assertThat(world.money(anna.key.address())).as("exactly once").isEqualTo(credited);
      assertThat(world.books.ledger().history().audit()).isEmpty();
    }
  }

  /** The server dies at each write of a settlement: cashed once, booked once, to the wei. */
  @Test
  void theServerDiesWhileItSettles() throws Exception {
    Program anna = world.program(2);
    anna.deposit(ETHER.multiply(BigInteger.TEN));
    BigInteger each = ETHER.divide(BigInteger.valueOf(100));
    int deaths = 0;
    for (int moment = 1; moment <= 10; moment++) {
      anna.pay(each);
      BigInteger before = world.contracts.balance(world.payee).toUnsignedBigInteger();
      BigInteger cashedBefore = world.house(AccountKind.CASHED).negate();
      world.books.dieAt(moment);
      try {
        world.restart();
        world.settle(true);
        world.mine(8);
      } catch (FaultyLedgerStore.Crash | LedgerStoreException crash) {
        deaths++;
      }
      world.reopen();
      world.mine(4);
      world.settle(true);
      world.mine(10);
      world.settle(true);
      world.mine(10);
      assertThat(world.runner.running()).isEmpty();
      assertThat(world.transactor.references()).isEmpty();
      assertThat(world.claim(anna.key.address())).as("moment %d", moment).isZero();
      BigInteger gained =
          world.contracts.balance(world.payee).toUnsignedBigInteger().subtract(before);
      assertThat(world.house(AccountKind.CASHED).negate().subtract(cashedBefore))
          .as("books and chain agree after moment %d", moment)
          .isEqualTo(gained);
      assertThat(gained).isLessThan(each).isPositive();
      assertThat(world.books.ledger().history().audit()).isEmpty();
    }
    assertThat(deaths).as("four writes, two moments each").isEqualTo(8);
    assertThat(world.onChain(anna.key.address()).paidWei())
        .isEqualTo(UInt256.valueOf(each.multiply(BigInteger.valueOf(10))));
  }

  /** The payer dies at each write of a withdrawal: asked for once, taken once. */
  @Test
  void thePayerDiesWhileItWithdraws() throws Exception {
    for (int moment = 1; moment <= 8; moment++) {
      Program payer = world.program(20 + moment);
      payer.deposit(ETHER);
      payer.own.dieAt(moment);
      try {
        payer.start();
        payer.payer.withdraw(world.server(), UInt256.valueOf(ETHER));
        payer.step();
      } catch (FaultyLedgerStore.Crash | LedgerStoreException crash) {
        assertThat(crash).isNotNull();
      }
      payer.reopen();
      for (int i = 0; i < 8; i++) {
        payer.step();
      }
      if (!world.onChain(payer.key.address()).isWithdrawing()) {
        payer.payer.withdraw(world.server(), UInt256.valueOf(ETHER));
      }
      world.chain.mine(7_210);
      for (int i = 0; i < 9; i++) {
        payer.step();
      }
      assertThat(world.onChain(payer.key.address()).depositWei()).isEqualTo(UInt256.ZERO);
    }
  }
}
