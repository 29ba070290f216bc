package io.lesnode.vipnode.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.lesnode.payment.RefusalCode;
import io.lesnode.primitives.crypto.KeyPair;
import io.lesnode.vipnode.wire.NoticeKind;
import io.lesnode.vipnode.wire.OfferTerms;
import io.lesnode.vipnode.wire.VipCodes;
import io.lesnode.vipnode.wire.VipMessage;
import io.lesnode.vipnode.wire.VipSignatures;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.UnaryOperator;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Servers that refuse, lie and steal: what is lost is one prepayment, what is believed is what is
 * signed. Tests E3 and M1 of docs/vip.md, the client's side, and its table of threats.
 */
final class HostileServerTest {
  /** 15 minutes of the smallest capacity at 100 wei per token. */
  private static final UInt256 FIRST = UInt256.valueOf(900L * 16_000_000 * 100);

  private static final Set<RefusalCode> FINAL =
      EnumSet.of(
          RefusalCode.MALFORMED,
          RefusalCode.UNKNOWN_METHOD,
          RefusalCode.UNTRUSTED_CONTRACT,
          RefusalCode.BAD_SIGNATURE,
          RefusalCode.WRONG_CHAIN);

  private final Bench bench = new Bench();

  /** A server that changes what it says. */
  private static final class Liar extends ScriptedServer {
    private final UnaryOperator<VipMessage> lie;

    Liar(UnaryOperator<VipMessage> lie) {
      super(7, Bench.CHAIN, Bench.GENESIS);
      this.lie = lie;
    }

    @Override
    Optional<VipMessage> tampered(VipMessage message) {
      return Optional.of(lie.apply(message));
    }
  }

  @ParameterizedTest
  @EnumSource(RefusalCode.class)
  void aRefusalOfAnyRequestIsSurvivedAndOneThatPassesIsOvercome(RefusalCode code) {
    for (int request :
        List.of(VipCodes.QUERY, VipCodes.OPEN, VipCodes.PAY, VipCodes.SET_CAPACITY)) {
      Bench fresh = new Bench();
      ScriptedServer server = fresh.honest(1);
      server.refusals.put(request, new ArrayList<>(List.of(code)));
      fresh.connect(server);
      fresh.pass(120);

      assertThat(fresh.payer(server).paid.size()).isLessThanOrEqualTo(4);
      assertThat(fresh.history(HistoryEntry.Kind.REFUSED)).hasSize(1);
      if (!FINAL.contains(code)) {
        fresh.pass(700);
        assertThat(fresh.history(HistoryEntry.Kind.RECEIPT))
            .as("%s of %s: %s", code, request, fresh.view(server).state())
            .isNotEmpty();
        assertThat(server.capacity).isGreaterThan(ScriptedServer.MIN_CAPACITY);
      } else {
        assertThat(fresh.payer(server).paid.size())
            .as("%s of %s: %s", code, request, fresh.view(server).state())
            .isLessThanOrEqualTo(1);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(RefusalCode.class)
  void whoRefusesForEverIsLeftAlone(RefusalCode code) {
    ScriptedServer server = bench.honest(1);
    List<RefusalCode> always = new ArrayList<>();
    for (int i = 0; i < 10_000; i++) {
      always.add(code);
    }
    server.refusals.put(VipCodes.PAY, always);
    bench.connect(server);
    bench.pass(4_000);

    assertThat(bench.payer(server).paid.size()).isLessThanOrEqualTo(1);
    assertThat(server.count(VipCodes.PAY)).isLessThan(40);
  }

  @Test
  void aReceiptThatTheServerDidNotSignIsNone() {
    Liar server =
        bench.add(
            new Liar(
                message ->
                    message instanceof VipMessage.Receipt receipt
                        ? new VipMessage.Receipt(
                            receipt.payId(),
                            0,
                            receipt.creditedWei(),
                            receipt.cumulativeWei(),
                            receipt.currencyBalanceWei(),
                            receipt.tokenBalance() + 1,
                            receipt.serial(),
                            Bytes.EMPTY,
                            receipt.receiptSignature())
                        : message));
    bench.connect(server);
    bench.pass(400);

    assertThat(bench.payer(server).paid).hasSize(1);
    assertThat(bench.payer(server).pending).hasSize(1);
    assertThat(bench.view(server).state()).contains("not signed by the server");
    assertThat(bench.view(server).prepayWei()).isLessThan(FIRST);
  }

  @Test
  void whoCreditsFewerTokensThanQuotedGetsNothingMore() {
    ScriptedServer server =
        bench.add(
            new ScriptedServer(7, Bench.CHAIN, Bench.GENESIS) {
              @Override
              VipMessage.Receipt signed(VipMessage.Pay pay, UInt256 credited, UInt256 total) {
                tokens /= 10;
                return super.signed(pay, credited, total);
              }
            });
    bench.connect(server);
    bench.pass(500);

    assertThat(bench.payer(server).paid).containsExactly(FIRST);
    assertThat(bench.view(server).state()).contains("tokens of").contains("bought");
  }

  @Test
  void offersCountOnlySignedAndRising() {
    ScriptedServer server = bench.honest(1);
    server.seq = 5;
    bench.connect(server);
    OfferTerms good = server.terms();
    KeyPair other = KeyPair.ofSecret(Bytes32.repeat((byte) 0x77));

    server.seq = 6;
    OfferTerms next = server.terms();
    bench.deliver(
        server, VipMessage.Offer.of(next, other.sign(VipSignatures.offerDigest(next)).toBytes65()));
    bench.drain();
    assertThat(bench.view(server).terms()).contains(good);

    server.seq = 4;
    bench.deliver(server, server.offer());
    bench.drain();
    assertThat(bench.view(server).terms()).contains(good);
    assertThat(bench.history(HistoryEntry.Kind.FAULT)).hasSize(2);
  }

  @Test
  void anAccountThatIsNotBoundToTheServersNodeIsNotPaid() {
    Liar server =
        bench.add(
            new Liar(
                message ->
                    message instanceof VipMessage.Status status
                        ? new VipMessage.Status(
                            status.version(),
                            status.chainId(),
                            status.genesisHash(),
                            status.roles(),
                            Optional.of(KeyPair.ofSecret(Bytes32.repeat((byte) 0x33)).address()),
                            status.nowSeconds(),
                            status.methods(),
                            status.bindSignature())
                        : message));
    bench.connect(server);
    bench.pass(300);

    assertThat(server.count(VipCodes.PAY)).isZero();
    assertThat(bench.view(server).state()).contains("not bound");
  }

  @Test
  void aPriceThatRisesAfterTheQuoteBringsFewerTokensNeverADearerPurchase() {
    ScriptedServer server =
        bench.add(
            new ScriptedServer(7, Bench.CHAIN, Bench.GENESIS) {
              @Override
              VipMessage.Receipt signed(VipMessage.Pay pay, UInt256 credited, UInt256 total) {
                return super.signed(pay, credited, total);
              }

              @Override
              Optional<VipMessage> tampered(VipMessage message) {
                if (message instanceof VipMessage.Quote && serial == 0) {
                  priceWeiPer1e9 = UInt256.valueOf(150_000_000_000L); // right after quoting
                }
                return Optional.of(message);
              }
            });
    bench.connect(server);
    bench.pass(75);

    assertThat(bench.payer(server).paid.getFirst()).isEqualTo(FIRST);
    // the money was there and was exchanged by a new quote, at a price below the ceiling
    assertThat(server.count(VipCodes.EXCHANGE)).isGreaterThanOrEqualTo(1);
    assertThat(server.serial).isPositive();
    assertThat(bench.payer(server).pending).isEmpty();
  }

  @Test
  void nothingIsBoughtAboveTheCeiling() {
    ScriptedServer server = bench.honest(1);
    server.priceWeiPer1e9 = UInt256.valueOf(400_000_000_001L);
    bench.connect(server);
    bench.pass(300);

    assertThat(server.count(VipCodes.PAY)).isZero();
    assertThat(bench.view(server).state()).contains("above the ceiling");
  }

  @Test
  void capacityThatIsNeverGrantedIsPaidOnceOrTwiceAndNotMoreEachTime() {
    ScriptedServer server = bench.honest(1);
    List<RefusalCode> always = new ArrayList<>();
    for (int i = 0; i < 10_000; i++) {
      always.add(RefusalCode.NO_CAPACITY);
    }
    server.refusals.put(VipCodes.SET_CAPACITY, always);
    server.useFactor = 10; // burns as if it had been granted
    bench.connect(server);
    bench.pass(4_000);

    UInt256 all = BuyerTest.sum(bench.payer(server));
    assertThat(all).isLessThanOrEqualTo(FIRST.multiply(2));
    assertThat(bench.view(server).trust().orElseThrow().satisfied()).isZero();
  }

  @Test
  void aStormOfNoticesBringsNoMoneyAndFewQuestions() {
    ScriptedServer server = bench.honest(1);
    bench.connect(server);
    bench.pass(65);
    int payments = bench.payer(server).paid.size();
    long questions = server.count(VipCodes.QUERY);
    server.useFactor = 0; // nothing is used up
    for (int second = 0; second < 60; second++) {
      for (int i = 0; i < 200; i++) {
        bench.deliver(server, server.notice(NoticeKind.LOW));
      }
      bench.pass(1);
    }

    assertThat(bench.payer(server).paid).hasSize(payments);
    assertThat(server.count(VipCodes.QUERY) - questions).isLessThanOrEqualTo(62);
  }

  @Test
  void whoLetsTokensVanishIsTrustedLessAndLess() {
    ScriptedServer server = bench.honest(1);
    server.useFactor = 200;
    bench.connect(server);
    bench.pass(3_000);

    assertThat(bench.history(HistoryEntry.Kind.FAULT)).isNotEmpty();
    assertThat(BuyerTest.sum(bench.payer(server))).isLessThanOrEqualTo(FIRST.multiply(2));
    assertThat(bench.view(server).trust().orElseThrow().satisfied()).isZero();
  }

  @Test
  void whoVanishesAfterThePaymentHasOnePrepayment() {
    ScriptedServer server = bench.honest(1);
    bench.connect(server);
    bench.pass(61);
    bench.disconnect(server);
    bench.pass(5_000);

    assertThat(BuyerTest.sum(bench.payer(server))).isEqualTo(FIRST);
  }

  /** M1: the payer has lost its records; the server shows the newest payment, which is ours. */
  @Test
  void lostRecordsAreLearntAgainFromOurOwnSignature() {
    ScriptedServer server = bench.honest(1);
    server.cumulativeWei = UInt256.valueOf(123_456_789);
    server.cumulativeWei = server.cumulativeWei.add(FIRST.multiply(3));
    bench.connect(server);
    bench.pass(70);

    FakePayer payer = bench.payer(server);
    assertThat(payer.signedWei).isEqualTo(server.cumulativeWei);
    assertThat(payer.pending).isEmpty();
    assertThat(server.tokens).isPositive();
    assertThat(bench.spent()).as("both signatures count").isEqualTo(FIRST.multiply(2));
  }

  @Test
  void evidenceThatWeDidNotSignIsALie() {
    Liar server =
        bench.add(
            new Liar(
                message ->
                    message instanceof VipMessage.Receipt receipt
                        ? new VipMessage.Receipt(
                            receipt.payId(),
                            RefusalCode.STALE.number(),
                            UInt256.ZERO,
                            UInt256.ZERO,
                            UInt256.ZERO,
                            0,
                            0,
                            Bytes.wrap(new byte[64]),
                            Bytes.EMPTY)
                        : message));
    bench.connect(server);
    bench.pass(600);

    assertThat(bench.payer(server).paid).hasSize(1);
    assertThat(bench.view(server).state()).contains("forged");
  }

  @Test
  void whoCallsEveryPaymentStaleGetsTwoAtMost() {
    Liar server =
        bench.add(
            new Liar(
                message ->
                    message instanceof VipMessage.Receipt receipt && receipt.status() == 0
                        ? new VipMessage.Receipt(
                            receipt.payId(),
                            RefusalCode.STALE.number(),
                            UInt256.ZERO,
                            UInt256.ZERO,
                            UInt256.ZERO,
                            0,
                            0,
                            FakePayer.proofOf(receipt.cumulativeWei()),
                            Bytes.EMPTY)
                        : message));
    bench.connect(server);
    bench.pass(3_000);

    assertThat(bench.payer(server).paid.size()).isLessThanOrEqualTo(2);
    assertThat(bench.view(server).state()).contains("denies a payment");
  }

  @Test
  void depositsAreMadeOnlyIfAllowedAndOnceUntilTheyAreSeen() {
    ScriptedServer poor = bench.honest(1);
    bench.payer(poor).depositWei = UInt256.ZERO;
    bench.connect(poor);
    bench.pass(300);
    assertThat(bench.payer(poor).deposits).isEmpty();
    assertThat(bench.view(poor).state()).contains("deposit of at least");

    Demand generous =
        new Demand(
            0,
            10,
            Bench.DEMAND.maxPriceWeiPer1e9(),
            3_600,
            60,
            3,
            Bench.DEMAND.methods(),
            FIRST.multiply(20),
            true);
    Bench other = new Bench(generous, Bench.RULES);
    ScriptedServer server = other.honest(2);
    FakePayer payer = other.payer(server);
    payer.depositWei = UInt256.ZERO;
    payer.confirmsDeposits = false;
    other.connect(server);
    other.pass(900);
    assertThat(payer.deposits).containsExactly(FIRST.multiply(20));
    assertThat(payer.paid).isEmpty();

    payer.depositWei = FIRST.multiply(20);
    other.buyers.onHead(other.now());
    other.drain();
    other.pass(5);
    assertThat(payer.paid).containsExactly(FIRST);
  }

  @Test
  void ofTwoServersTheOneWorthMoreForItsPriceIsPaid() {
    Demand one =
        new Demand(
            0,
            10,
            Bench.DEMAND.maxPriceWeiPer1e9(),
            3_600,
            30,
            1,
            Bench.DEMAND.methods(),
            UInt256.ZERO,
            true);
    Bench market = new Bench(one, Bench.RULES);
    ScriptedServer dear = market.honest(1);
    dear.priceWeiPer1e9 = UInt256.valueOf(300_000_000_000L);
    ScriptedServer good = market.honest(2);
    market.values.put(dear.nodeId, 2_000_000L);
    market.values.put(good.nodeId, 2_000_000L);
    market.connect(dear);
    market.connect(good);
    market.pass(120);

    assertThat(market.payer(good).paid).isNotEmpty();
    assertThat(market.payer(dear).paid).isEmpty();
    assertThat(market.view(dear).state()).isEqualTo("other servers are worth more");
  }

  @Test
  void whoServedNothingForNothingIsNotPaid() {
    ScriptedServer server = bench.honest(1);
    bench.values.put(server.nodeId, 0L);
    bench.connect(server);
    bench.pass(400);
    assertThat(server.count(VipCodes.PAY)).isZero();

    assertThat(bench.buyers.buyNow(server.nodeId, bench.now())).isTrue();
    bench.drain();
    bench.pass(3);
    assertThat(bench.payer(server).paid).as("unless told to").isNotEmpty();
  }

  @Test
  void theBudgetEndsThePurchasesAndServiceGoesOnForNothing() {
    Bench poor = new Bench(Bench.DEMAND, BudgetRules.of(FIRST.multiply(5), 36_000));
    ScriptedServer server = poor.honest(1);
    poor.connect(server);
    poor.pass(3_000);

    assertThat(BuyerTest.sum(poor.payer(server))).isLessThanOrEqualTo(FIRST.multiply(5));
    assertThat(poor.view(server).state()).containsAnyOf("budget", "paid ahead");
    assertThat(poor.view(server).connected()).isTrue();
  }

  @Test
  void closesWithAStatement() {
    ScriptedServer server = bench.honest(1);
    bench.connect(server);
    bench.pass(70);
    assertThat(bench.buyers.close(server.nodeId, bench.now())).isTrue();
    bench.drain();
    bench.pass(2);

    assertThat(server.count(VipCodes.CLOSE)).isEqualTo(1);
    assertThat(bench.history(HistoryEntry.Kind.CLOSED)).hasSize(1);
    int payments = bench.payer(server).paid.size();
    bench.pass(1_000);
    assertThat(bench.payer(server).paid).hasSize(payments);
  }

  @Test
  void aFarewellWithoutAStatementWaitsForNothing() {
    ScriptedServer server = bench.honest(1);
    bench.payer(server).hasStatement = false;
    bench.connect(server);
    bench.pass(70);
    server.silent = true;
    assertThat(bench.buyers.close(server.nodeId, bench.now())).isTrue();
    bench.drain();

    assertThat(server.count(VipCodes.CLOSE)).isEqualTo(1);
    assertThat(bench.view(server).state()).isEqualTo("closed by the user");
  }

  /**
   * Law: whatever a server mixes up, the budget holds, and never is more than one prepayment
   * without a receipt.
   */
  @Property(tries = 120)
  void chaosCostsAtMostTheBudgetAndOnePrepaymentAhead(@ForAll @LongRange(min = 0) long seed) {
    Random random = new Random(seed);
    BudgetRules rules = BudgetRules.of(FIRST.multiply(30), 100_000);
    Bench chaos = new Bench(Bench.DEMAND, rules);
    ScriptedServer server =
        chaos.add(
            new ScriptedServer(9, Bench.CHAIN, Bench.GENESIS) {
              private VipMessage old = new VipMessage.Refuse(0, 99, 0, "");

              @Override
              Optional<VipMessage> tampered(VipMessage message) {
                VipMessage before = old;
                old = message;
                if (message instanceof VipMessage.Status) {
                  return Optional.of(message);
                }
                return switch (random.nextInt(12)) {
                  case 0 -> Optional.empty();
                  case 1 -> Optional.of(before);
                  case 2 -> Optional.of(notice(drawn(List.of(NoticeKind.values()), random)));
                  case 3 ->
                      Optional.of(
                          VipMessage.Refuse.of(
                              random.nextInt(30),
                              drawn(List.of(RefusalCode.values()), random),
                              random.nextInt(100),
                              "chaos"));
                  case 4 -> Optional.of(new VipMessage.Capacity(0, random.nextInt(1 << 20), 0, 3));
                  default -> Optional.of(message);
                };
              }
            });
    chaos.connect(server);
    for (int i = 0; i < 12; i++) {
      chaos.pass(random.nextInt(120));
      server.useFactor = random.nextInt(4) * 3L;
      if (random.nextInt(4) == 0) {
        chaos.disconnect(server);
        chaos.connect(server);
      }
      assertThat(chaos.payer(server).pending.size()).isLessThanOrEqualTo(1);
      assertThat(BuyerTest.sum(chaos.payer(server))).isLessThanOrEqualTo(rules.amountWei());
      assertThat(chaos.payer(server).paid)
          .allMatch(paid -> paid.compareTo(rules.maxPrepayWei()) <= 0);
    }
  }

  private static <T> T drawn(List<T> items, Random random) {
    return items.get(random.nextInt(items.size()));
  }
}
