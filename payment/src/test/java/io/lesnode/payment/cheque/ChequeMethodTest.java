package io.lesnode.payment.cheque;

import static io.lesnode.payment.cheque.ChequeWorld.ETHER;
import static org.assertj.core.api.Assertions.assertThat;

import io.lesnode.contracts.ContractArtifact;
import io.lesnode.contracts.testing.ContractChain;
import io.lesnode.payment.Counterparty;
import io.lesnode.payment.Credit;
import io.lesnode.payment.MethodId;
import io.lesnode.payment.Params;
import io.lesnode.payment.PaymentMethod.Received;
import io.lesnode.payment.Refusal;
import io.lesnode.payment.RefusalCode;
import io.lesnode.payment.cheque.ChequeWorld.Hand;
import io.lesnode.payment.ledger.LedgerBatch;
import io.lesnode.payment.signing.CompactSignature;
import io.lesnode.primitives.Address;
import io.lesnode.primitives.crypto.Secp256k1;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.bytes.MutableBytes;
import org.apache.tuweni.units.bigints.UInt256;
import org.junit.jupiter.api.Test;

/** The rules by which cheques are received (docs/vip.md, "Receiving"), and its threats. */
class ChequeMethodTest {
  private static final BigInteger ONE = BigInteger.ONE;

  private final ChequeWorld world = new ChequeWorld();

  @Test
  void aChequeIsCreditedOnceAndCashedForWhatItIsOver() throws Exception {
    Hand anna = world.handWith(2, ETHER);

    assertThat(anna.pay(wei(700)))
        .isEqualTo(new Credit.Money(UInt256.valueOf(700), UInt256.valueOf(700)));
    assertThat(anna.pay(wei(1_000)))
        .isEqualTo(new Credit.Money(UInt256.valueOf(300), UInt256.valueOf(1_000)));

    assertThat(world.money(anna.address())).isEqualTo(1_000);
    assertThat(world.claim(anna.address())).isEqualTo(-1_000);
    assertThat(world.books.ledger().history().audit()).isEmpty();
  }

  @Test
  void aStaleChequeGetsTheNewestBackAsEvidence() throws Exception {
    Hand anna = world.handWith(2, ETHER);
    anna.pay(wei(1_000));

    for (long cumulative : new long[] {1_000, 999, 1}) {
      Refusal refusal = world.refusal(anna.peer, anna.proof(wei(cumulative)));
      assertThat(refusal.code()).isEqualTo(RefusalCode.STALE);
      assertThat(refusal.evidence()).isEqualTo(anna.proof(wei(1_000)));
    }
    assertThat(world.money(anna.address())).isEqualTo(1_000);
  }

  @Test
  void aDepositCountsOnlyWhenItIsSixBlocksDeep() throws Exception {
    Hand anna = world.hand(2);
    anna.deposit(ETHER);
    for (int confirmations = 0; confirmations < 6; confirmations++) {
      world.look(world.chain.head0());
      Refusal early = world.refusal(anna.peer, anna.proof(ONE));
      assertThat(early.code()).isEqualTo(RefusalCode.INSUFFICIENT_DEPOSIT);
      assertThat(early.retryAfterSeconds()).isPositive();
      world.chain.mine(1);
    }
    world.look(world.chain.head0());
    anna.pay(ETHER);
    assertThat(world.code(anna.peer, anna.proof(ETHER.add(ONE))))
        .isEqualTo(RefusalCode.INSUFFICIENT_DEPOSIT);
  }

  @Test
  void whatIsAskedBackCountsNoMoreFromTheFirstBlockOn() throws Exception {
    Hand anna = world.handWith(2, wei(1_000));
    anna.pay(wei(100));
    anna.withdraw(wei(600));
    world.look(world.chain.head0());

    assertThat(world.code(anna.peer, anna.proof(wei(401)))).isEqualTo(RefusalCode.WITHDRAW_PENDING);
    anna.pay(wei(400));
    assertThat(world.code(anna.peer, anna.proof(wei(1_001))))
        .isEqualTo(RefusalCode.INSUFFICIENT_DEPOSIT);
  }

  @Test
  void moreThanTheLimitMayNotWaitUncashed() throws Exception {
    world.settings = new ChequeSettings(world.payee, 6, UInt256.valueOf(500));
    world.restart();
    Hand anna = world.handWith(2, ETHER);
    anna.pay(wei(500));
    assertThat(world.code(anna.peer, anna.proof(wei(501)))).isEqualTo(RefusalCode.OVER_LIMIT);
  }

  /** Threat "cross-server, cross-chain, cross-contract replay". */
  @Test
  void aChequeForAnotherPayeeChainOrContractIsWorthNothing() throws Exception {
    Hand anna = world.handWith(2, ETHER);
    Address otherPayee = world.contracts.account(5).address();
    Bytes forOther = world.book.encode(anna.cheque(world.book, otherPayee, wei(5)));
    AccountBook onOtherChain = new AccountBook2(1, world.book.address());
    AccountBook elsewhere = new AccountBook2(ContractChain.CHAIN_ID, otherPayee);

    for (Bytes proof :
        List.of(
            forOther,
            world.book.encode(anna.cheque(onOtherChain, world.payee, wei(5))),
            world.book.encode(anna.cheque(elsewhere, world.payee, wei(5))))) {
      assertThat(world.code(anna.peer, proof)).isEqualTo(RefusalCode.BAD_SIGNATURE);
    }
    anna.pay(wei(5));
    // And the same once the key is known, where it is verified instead of recovered.
    assertThat(
            world.code(anna.peer, world.book.encode(anna.cheque(world.book, otherPayee, wei(9)))))
        .isEqualTo(RefusalCode.BAD_SIGNATURE);
  }

  /** Threats "forged payer" and "signature malleability, v = 0/1, zero signer". */
  @Test
  void onlyTheBoundAccountSignsAndOnlyInTheOneForm() throws Exception {
    Hand anna = world.handWith(2, ETHER);
    Hand mallory = world.handWith(3, ETHER);
    assertThat(world.code(anna.peer, mallory.proof(wei(5)))).isEqualTo(RefusalCode.BAD_SIGNATURE);

    Bytes good = anna.proof(wei(5));
    BigInteger s = anna.cheque(wei(5)).signature().toSignature().s().toUnsignedBigInteger();
    BigInteger high = Secp256k1.ORDER.subtract(s);
    // A high s below 2^255 has a place in the compact form; it is refused by its size.
    MutableBytes twin = good.mutableCopy();
    Bytes highBytes = UInt256.valueOf(high).toBytes();
    twin.set(32, highBytes);
    assertThat(world.code(anna.peer, twin)).isIn(RefusalCode.MALFORMED, RefusalCode.BAD_SIGNATURE);

    MutableBytes zero = MutableBytes.create(65);
    zero.set(64, (byte) 5);
    assertThat(world.code(anna.peer, zero)).isEqualTo(RefusalCode.MALFORMED);
    Counterparty nobody = new Counterparty(Bytes32.ZERO, Bytes.EMPTY, Optional.of(Address.ZERO));
    assertThat(world.code(nobody, zero)).isEqualTo(RefusalCode.MALFORMED);
    Counterparty unbound = new Counterparty(Bytes32.ZERO, Bytes.EMPTY, Optional.empty());
    assertThat(world.code(unbound, good)).isEqualTo(RefusalCode.BAD_SIGNATURE);
    assertThat(world.money(anna.address())).isZero();
  }

  /** Verification against a known key does not see the parity; the contract does. */
  @Test
  void aChequeWithTheOtherParityIsCashedAllTheSame() throws Exception {
    Hand anna = world.handWith(2, ETHER);
    anna.pay(wei(5));
    Cheque good = anna.cheque(ETHER);
    CompactSignature other = good.signature().withOtherParity();
    world.receive(
        anna.peer, world.book.encode(new Cheque(good.payee(), good.cumulativeWei(), other)));

    world.settle(true);
    world.mine(8);

    assertThat(world.onChain(anna.address()).paidWei()).isEqualTo(UInt256.valueOf(ETHER));
    assertThat(world.claim(anna.address())).isZero();
  }

  @Test
  void cheapChecksComeBeforeTheSignature() throws Exception {
    Hand anna = world.handWith(2, wei(1_000));
    anna.pay(wei(10));
    // The signature of all these is garbage, and nobody notices: something cheaper is wrong.
    Bytes garbage = anna.proof(wei(77)).slice(0, 64);
    assertThat(world.code(anna.peer, Bytes.concatenate(garbage, Bytes.of(10))))
        .isEqualTo(RefusalCode.STALE);
    assertThat(world.code(anna.peer, Bytes.concatenate(garbage, Bytes.of(0x10, 0, 0))))
        .isEqualTo(RefusalCode.INSUFFICIENT_DEPOSIT);
    int reads = world.chain.storageReads();
    for (int i = 0; i < 50; i++) {
      world.code(anna.peer, Bytes.concatenate(garbage, Bytes.of(20)));
    }
    assertThat(world.chain.storageReads()).as("the deposit is read once per head").isEqualTo(reads);
  }

  /** Threat "fake contract". */
  @Test
  void aContractWithOtherCodeIsNotTrusted() throws Exception {
    Hand anna = world.handWith(2, ETHER);
    AccountBook fake =
        new AccountBook2(ContractChain.CHAIN_ID, world.contracts.account(7).address());
    world.contracts.setCode(fake.address(), ContractArtifact.ACCOUNT_BOOK.deployedBytecode());
    ChequeMethod method = new ChequeMethod(fake, world.settings, world.chain, Optional.empty());
    assertThat(method.problem().orElseThrow()).contains("no account book");
    LedgerBatch batch = world.books.begin();
    List<Received> answers =
        method.receiveMany(
            anna.peer, List.of(fake.encode(anna.cheque(fake, world.payee, ONE))), batch);
    world.books.ledger().drop(batch);
    assertThat(((Received.Refused) answers.get(0)).refusal().code())
        .isEqualTo(RefusalCode.UNTRUSTED_CONTRACT);
  }

  @Test
  void withoutTheChainNothingIsAcceptedAndNothingLost() throws Exception {
    Hand anna = world.handWith(2, ETHER);
    world.restart();
    world.chain.setDown(true);
    Refusal refusal = world.refusal(anna.peer, anna.proof(ONE));
    assertThat(refusal.code()).isEqualTo(RefusalCode.NOT_SYNCED);
    assertThat(refusal.retryAfterSeconds()).isPositive();
    world.chain.setDown(false);
    anna.pay(ONE);
  }

  /** Test D2 of docs/vip.md for proofs: hostile bytes are refused, and nothing else happens. */
  @Test
  void hostileBytesAreRefused() throws Exception {
    Hand anna = world.handWith(2, ETHER);
    Bytes good = anna.proof(wei(0x123456));
    Random random = new Random(7);
    for (int length = 0; length < good.size(); length++) {
      assertThat(world.code(anna.peer, good.slice(0, length)))
          .as("cut at %d", length)
          .isIn(RefusalCode.MALFORMED, RefusalCode.BAD_SIGNATURE);
    }
    for (int i = 0; i < 300; i++) {
      MutableBytes bad = good.mutableCopy();
      int at = random.nextInt(bad.size());
      // The parity bit apart, every bit counts.
      bad.set(at, (byte) (bad.get(at) ^ (1 << (at == 32 ? random.nextInt(7) : random.nextInt(8)))));
      assertThat(world.refusal(anna.peer, bad)).isNotNull();
    }
    for (int i = 0; i < 200; i++) {
      byte[] noise = new byte[random.nextInt(300)];
      random.nextBytes(noise);
      assertThat(world.refusal(anna.peer, Bytes.wrap(noise))).isNotNull();
    }
    assertThat(world.code(anna.peer, Bytes.concatenate(good.slice(0, 64), Bytes.of(0, 7))))
        .isEqualTo(RefusalCode.MALFORMED);
    assertThat(world.money(anna.address())).isZero();
    assertThat(world.books.ledger().history().size()).isZero();
  }

  /**
   * Test M2 of docs/vip.md: of cheques that come together the highest is credited exactly, all get
   * an answer, and only one signature is looked at.
   */
  @Test
  void coalescingCreditsExactlyTheHighest() throws Exception {
    Hand anna = world.handWith(2, ETHER);
    anna.pay(wei(100));
    List<BigInteger> totals = new ArrayList<>();
    for (int i = 1; i <= 200; i++) {
      totals.add(wei(100 + 7L * i));
    }
    Collections.shuffle(totals, new Random(1));
    List<Bytes> proofs = new ArrayList<>(totals.stream().map(anna::proof).toList());
    // One of the lower ones has a signature that is garbage: the highest speaks for it.
    int spoilt = totals.indexOf(wei(100 + 7L * 3));
    proofs.set(spoilt, Bytes.concatenate(proofs.get(0).slice(0, 64), proofs.get(spoilt).slice(64)));

    LedgerBatch batch = world.books.begin();
    List<Received> answers = world.method.receiveMany(anna.peer, proofs, batch);
    world.books.commit(batch);

    BigInteger credited = BigInteger.ZERO;
    for (int i = 0; i < proofs.size(); i++) {
      Credit.Money credit = (Credit.Money) ((Received.Accepted) answers.get(i)).credit();
      assertThat(credit.cumulativeWei().toUnsignedBigInteger()).isEqualTo(totals.get(i));
      assertThat(credit.amountWei()).isEqualTo(UInt256.valueOf(7));
      credited = credited.add(credit.amountWei().toUnsignedBigInteger());
    }
    assertThat(credited).isEqualTo(wei(1_400));
    assertThat(world.money(anna.address())).isEqualTo(wei(1_500));
    assertThat(world.books.ledger().history().size()).as("two payments were booked").isEqualTo(2);
  }

  /** Test M2, where the highest is not good: the highest that is good counts. */
  @Test
  void coalescingPassesOverWhatIsNotGood() throws Exception {
    Hand anna = world.handWith(2, wei(1_000));
    Hand mallory = world.hand(3);
    List<Bytes> proofs =
        List.of(
            anna.proof(wei(10)),
            anna.proof(wei(2_000)),
            mallory.proof(wei(900)),
            anna.proof(wei(500)),
            anna.proof(wei(500)),
            Bytes.of(1));
    LedgerBatch batch = world.books.begin();
    List<Received> answers = world.method.receiveMany(anna.peer, proofs, batch);
    world.books.commit(batch);

    assertThat(answers.stream().map(ChequeMethodTest::said))
        .containsExactly(
            "10", "INSUFFICIENT_DEPOSIT", "BAD_SIGNATURE", "490", "STALE", "MALFORMED");
    assertThat(world.money(anna.address())).isEqualTo(500);
  }

  private static String said(Received answer) {
    return switch (answer) {
      case Received.Accepted accepted ->
          ((Credit.Money) accepted.credit()).amountWei().toUnsignedBigInteger().toString();
      case Received.Refused refused -> refused.refusal().code().name();
    };
  }

  @Test
  void openTellsHowManyConfirmationsAreMissingAndNewsWhenTheyAreThere() throws Exception {
    Hand anna = world.hand(2);
    anna.deposit(ETHER);
    world.chain.mine(2);
    world.look(world.chain.head0());
    LedgerBatch batch = world.books.begin();
    Params params = world.method.open(anna.peer, Bytes.EMPTY, batch);
    world.books.commit(batch);
    assertThat(params.status()).isEqualTo(4);
    ChequeStatement seen = ChequeStatement.decode(params.data());
    assertThat(seen.depositWei()).isEqualTo(UInt256.ZERO);
    assertThat(seen.latestDepositWei()).isEqualTo(UInt256.valueOf(ETHER));

    assertThat(world.mine(3)).isEmpty();
    assertThat(world.mine(1))
        .singleElement()
        .satisfies(news -> assertThat(news.moneyOwner()).isEqualTo(anna.address().bytes()));
    assertThat(world.mine(1)).isEmpty();
  }

  @Test
  void termsNameTheContractAndItsCode() {
    assertThat(world.method.terms().id()).isEqualTo(MethodId.CHEQUE);
    assertThat(world.method.terms().codeHash())
        .isEqualTo(world.contracts.codeHash(world.book.address(), world.contracts.number()));
  }

  /** A repeat payment is the signature and the amount: 72 bytes up to 18 ether. */
  @Test
  void aRepeatChequeIsSmall() {
    assertThat(world.hand(2).proof(ETHER.multiply(wei(18))).size()).isEqualTo(72);
    assertThat(world.hand(2).proof(wei(1_000_000_000_000L)).size()).isEqualTo(69);
  }

  private static BigInteger wei(long wei) {
    return BigInteger.valueOf(wei);
  }
}
