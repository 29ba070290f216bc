package io.lesnode.payment.cheque;

import static io.lesnode.payment.cheque.ChequeWorld.ETHER;
import static org.assertj.core.api.Assertions.assertThat;

import io.lesnode.payment.Credit;
import io.lesnode.payment.Refusal;
import io.lesnode.payment.cheque.ChequeWorld.Hand;
import io.lesnode.payment.ledger.AccountKind;
import io.lesnode.payment.ledger.Bookkeeping;
import io.lesnode.payment.ledger.LedgerBatch;
import io.lesnode.primitives.Transaction;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.apache.tuweni.bytes.Bytes;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever payers, the chain and the machine do, the books say what the chain says: random
 * deposits, payments, withdrawals, settlements, reorganisations, lost pools and restarts, by seed.
 * {@code -Dcheque.seeds=200} tries more of them.
 */
class ChequeLawsTest {
  private static final int STEPS = 150;
  private static final BigInteger UNIT = ETHER.divide(BigInteger.valueOf(10));

  private final ChequeWorld world = new ChequeWorld();
  private final List<Party> parties = new ArrayList<>();
  private Random random = new Random();

  /** A payer, and what a model knows of it. */
  private static final class Party {
    final Hand hand;
    BigInteger signed = BigInteger.ZERO;
    BigInteger accepted = BigInteger.ZERO;
    BigInteger spent = BigInteger.ZERO;

    Party(Hand hand) {
      this.hand = hand;
    }
  }

  static LongStream seeds() {
    return LongStream.rangeClosed(1, Integer.getInteger("cheque.seeds", 6));
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void booksAndChainAgree(long seed) throws Exception {
    random = new Random(seed);
    for (int i = 0; i < 3; i++) {
      parties.add(new Party(world.hand(40 + i)));
    }
    BigInteger start = world.contracts.balance(world.payee).toUnsignedBigInteger();
    for (int step = 0; step < STEPS; step++) {
      act(parties.get(random.nextInt(parties.size())));
      checkMoney();
    }
    windUp();

    checkMoney();
    for (Party party : parties) {
      BookAccount left = world.onChain(party.hand.address());
      assertThat(world.claim(party.hand.address()))
          .as("what the chain has not paid is still claimed")
          .isEqualTo(left.paidWei().toUnsignedBigInteger().subtract(party.accepted));
      assertThat(world.frozen(party.hand.address()).signum())
          .isLessThanOrEqualTo(party.accepted.compareTo(left.coveredWei()) > 0 ? 1 : 0);
    }
    BigInteger gained = world.contracts.balance(world.payee).toUnsignedBigInteger().subtract(start);
    assertThat(world.house(AccountKind.CASHED)).isEqualTo(gained.negate());
    assertThat(world.books.ledger().history().audit()).isEmpty();
  }

  private void act(Party party) throws Exception {
    switch (random.nextInt(12)) {
      case 0 -> party.hand.deposit(UNIT);
      case 1, 2, 3, 4 -> pay(party);
      case 5 -> spend(party);
      case 6 -> askBack(party);
      case 7 -> world.settle(random.nextBoolean());
      case 8 -> reorganise();
      case 9 -> world.chain.emptyPool();
      case 10 -> world.reopen();
      default -> world.mine(1 + random.nextInt(4));
    }
    world.look(world.chain.head0());
  }

  private void pay(Party party) {
    BigInteger more = UNIT.multiply(BigInteger.valueOf(random.nextInt(8))).shiftRight(3);
    BigInteger total = party.signed.add(more);
    try {
      Credit.Money credit = (Credit.Money) world.receive(party.hand.peer, party.hand.proof(total));
      assertThat(credit.amountWei().toUnsignedBigInteger())
          .isEqualTo(total.subtract(party.accepted));
      BookAccount account = world.onChain(party.hand.address());
      assertThat(total).as("never above the deposit").isLessThanOrEqualTo(account.coveredWei());
      party.signed = total;
      party.accepted = total;
    } catch (Refusal refusal) {
      assertThat(refusal.text()).isNotEmpty();
    }
  }

  private void spend(Party party) {
    BigInteger money = world.money(party.hand.address());
    if (money.signum() > 0) {
      BigInteger half = money.add(BigInteger.ONE).shiftRight(1);
      LedgerBatch batch = world.books.begin();
      Bookkeeping.auction(batch, party.hand.address().bytes(), half, Bytes.of(1));
      world.books.commit(batch);
      party.spent = party.spent.add(half);
    }
  }

  private void askBack(Party party) {
    BigInteger left = world.onChain(party.hand.address()).depositWei().toUnsignedBigInteger();
    party.hand.withdraw(left.shiftRight(random.nextInt(3)));
  }

  /** At most as deep as deposits must be; what was undone comes again, or only in part. */
  private void reorganise() {
    long depth = Math.min(1 + random.nextInt(6), world.contracts.number() - 5);
    if (depth <= 0) {
      return;
    }
    List<Transaction> undone = world.contracts.revertTo(world.contracts.number() - depth);
    if (random.nextBoolean()) {
      undone.forEach(world.contracts::submit);
    }
    world.contracts.mine(depth + 1);
  }

  private void windUp() throws Exception {
    for (int i = 0; i < 12; i++) {
      world.mine(6);
      world.settle(true);
    }
    world.mine(30);
    assertThat(world.runner.running()).isEmpty();
  }

  /** At every moment: what was accepted is what payers have, have spent, or is frozen. */
  private void checkMoney() {
    for (Party party : parties) {
      assertThat(
              world
                  .money(party.hand.address())
                  .add(world.frozen(party.hand.address()))
                  .add(party.spent))
          .isEqualTo(party.accepted);
      assertThat(world.claim(party.hand.address()).negate()).isLessThanOrEqualTo(party.accepted);
    }
  }
}
