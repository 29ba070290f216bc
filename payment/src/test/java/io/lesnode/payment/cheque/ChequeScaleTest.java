package io.lesnode.payment.cheque;

import static io.lesnode.payment.cheque.ChequeWorld.ETHER;
import static org.assertj.core.api.Assertions.assertThat;

import io.lesnode.payment.PaymentMethod.Received;
import io.lesnode.payment.Settlement;
import io.lesnode.payment.cheque.ChequeWorld.Hand;
import io.lesnode.payment.ledger.AccountKind;
import io.lesnode.payment.ledger.Bookkeeping;
import io.lesnode.payment.ledger.LedgerBatch;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;
import org.junit.jupiter.api.Test;

/**
 * Test E6 of docs/vip.md: many clients pay many times, all of it is cashed on the chain, and the
 * books balance to the wei. {@code -Dcheque.payments=1000} makes it the full size.
 */
class ChequeScaleTest {
  private static final int CLIENTS = 100;
  private static final int PAYMENTS = Integer.getInteger("cheque.payments", 20);

  @Test
  void allPaymentsOfAllClientsAreCashedToTheWei() throws Exception {
    ChequeWorld world = new ChequeWorld();
    Random random = new Random(20_417);
    List<Hand> clients = new ArrayList<>();
    BigInteger[] signed = new BigInteger[CLIENTS];
    for (int i = 0; i < CLIENTS; i++) {
      Hand hand = world.hand(1_000 + i);
      hand.deposit(ETHER);
      clients.add(hand);
      signed[i] = BigInteger.ZERO;
    }
    world.mine(6);
    BigInteger start = world.contracts.balance(world.payee).toUnsignedBigInteger();
    BigInteger total = BigInteger.ZERO;
    BigInteger sold = BigInteger.ZERO;
    int settled = 0;
    for (int round = 0; round < PAYMENTS; round++) {
      for (int i = 0; i < CLIENTS; i++) {
        BigInteger amount = BigInteger.valueOf(1 + random.nextLong(ETHER.longValue() / PAYMENTS));
        signed[i] = signed[i].add(amount);
        total = total.add(amount);
        clients.get(i).pay(signed[i]);
        if (random.nextInt(4) == 0) {
          sold = sold.add(sell(world, clients.get(i), amount));
        }
      }
      if (round % Math.max(1, PAYMENTS / 5) == 0) {
        settled += world.settle(false).size();
        world.mine(3);
      }
    }
    world.mine(8);
    List<Settlement> last = world.settle(true);
    world.mine(8);

    assertThat(settled).isPositive();
    assertThat(last).isNotEmpty();
    BigInteger money = BigInteger.ZERO;
    for (int i = 0; i < CLIENTS; i++) {
      Hand hand = clients.get(i);
      assertThat(world.claim(hand.address())).isZero();
      assertThat(world.onChain(hand.address()).paidWei()).isEqualTo(UInt256.valueOf(signed[i]));
      assertThat(world.onChain(hand.address()).depositWei())
          .isEqualTo(UInt256.valueOf(ETHER.subtract(signed[i])));
      money = money.add(world.money(hand.address()));
    }
    assertThat(money.add(sold)).isEqualTo(total);
    assertThat(world.house(AccountKind.REVENUE)).isEqualTo(sold);
    BigInteger gained = world.contracts.balance(world.payee).toUnsignedBigInteger().subtract(start);
    assertThat(world.house(AccountKind.CASHED).negate()).isEqualTo(gained);
    assertThat(gained.subtract(world.house(AccountKind.FEES))).isEqualTo(total);
    assertThat(world.contracts.balance(world.book.address()))
        .isEqualTo(UInt256.valueOf(ETHER.multiply(BigInteger.valueOf(CLIENTS)).subtract(total)));
    assertThat(world.books.ledger().history().audit()).isEmpty();
  }

  private static BigInteger sell(ChequeWorld world, Hand hand, BigInteger wei) {
    LedgerBatch batch = world.books.begin();
    Bookkeeping.exchange(
        batch,
        hand.address().bytes(),
        Bytes32.leftPad(hand.address().bytes()),
        1_000,
        wei,
        Bytes.of(1));
    world.books.commit(batch);
    return wei;
  }

  /** The same money in a thousand cheques at once costs one signature and one booking. */
  @Test
  void aThousandQueuedChequesOfOneClient() throws Exception {
    ChequeWorld world = new ChequeWorld();
    Hand anna = world.handWith(2, ETHER);
    List<Bytes> proofs = new ArrayList<>();
    Bytes garbage = anna.proof(BigInteger.ONE).slice(0, 64);
    for (int i = 1; i < 1_000; i++) {
      proofs.add(Bytes.concatenate(garbage, UInt256.valueOf(i).toMinimalBytes()));
    }
    proofs.add(anna.proof(BigInteger.valueOf(1_000)));
    LedgerBatch batch = world.books.begin();
    List<Received> answers = world.method.receiveMany(anna.peer, proofs, batch);
    world.books.commit(batch);
    assertThat(answers).hasSize(1_000).allMatch(Received.Accepted.class::isInstance);
    assertThat(world.money(anna.address())).isEqualTo(1_000);
    assertThat(world.books.ledger().history().size()).isEqualTo(1);
  }
}
