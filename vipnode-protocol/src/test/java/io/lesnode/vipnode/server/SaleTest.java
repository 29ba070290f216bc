package io.lesnode.vipnode.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.lesnode.payment.Counterparty;
import io.lesnode.payment.MethodId;
import io.lesnode.payment.RefusalCode;
import io.lesnode.primitives.crypto.Keccak;
import io.lesnode.primitives.crypto.KeyPair;
import io.lesnode.vipnode.wire.CapacityReason;
import io.lesnode.vipnode.wire.CloseMode;
import io.lesnode.vipnode.wire.NoticeKind;
import io.lesnode.vipnode.wire.Role;
import io.lesnode.vipnode.wire.VipMessage;
import io.lesnode.vipnode.wire.VipSignatures;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;
import org.junit.jupiter.api.Test;

/**
 * The sale to one client, on virtual time: tests B1, B3, E3 and E5 of docs/vip.md as far as the
 * machine decides them, and the defects D6, D8, D9 and D11 of vipnode v2 that it must not have.
 */
class SaleTest {
  private static final UInt256 CHAIN = UInt256.valueOf(1337);
  private static final Bytes32 GENESIS = Bytes32.repeat((byte) 7);
  private static final Bytes32 SERVER = Bytes32.repeat((byte) 9);
  private static final KeyPair NODE = KeyPair.ofSecret(Bytes32.leftPad(Bytes.of(3)));
  private static final KeyPair ACCOUNT = KeyPair.ofSecret(Bytes32.leftPad(Bytes.of(4)));
  private static final Bytes32 CLIENT = Keccak.keccak256(NODE.publicKey());
  private static final Bytes NETWORK = Bytes.of(192, 0, 2);
  private static final long MIN = 16_000;
  private static final long SPEND_AT_MIN = 16_000_000;

  private final SaleSettings settings = SaleSettings.DEFAULT;
  private final TrialBook trials = new TrialBook(settings);
  private final List<VipMessage> sent = new ArrayList<>();
  private long seconds = 1_000;
  private Sale sale = sale(false);

  private Sale sale(boolean auction) {
    return new Sale(
        settings,
        new Sale.House(CHAIN, GENESIS, SERVER, Set.of(MethodId.TEST, MethodId.CHEQUE), auction),
        trials,
        new Counterparty(CLIENT, NODE.publicKey(), Optional.empty()),
        NETWORK);
  }

  private Moment now() {
    return new Moment(seconds * Moment.SECOND_NANOS, 1_700_000_000L + seconds);
  }

  /** Takes the steps: what is sent is kept, the others are handed back. */
  private List<SaleStep> take(List<SaleStep> steps) {
    List<SaleStep> others = new ArrayList<>();
    for (SaleStep step : steps) {
      if (step instanceof SaleStep.Send send) {
        sent.add(send.message());
      } else if (!(step instanceof SaleStep.Became)) {
        others.add(step);
      }
    }
    return others;
  }

  private List<SaleStep> onMessage(VipMessage message) {
    return take(sale.onMessage(message, now()));
  }

  private void figures(long capacity, long tokens) {
    take(
        sale.onFigures(
            new ServiceFigures(
                capacity,
                MIN,
                tokens,
                capacity / MIN * SPEND_AT_MIN,
                amount -> Optional.of(UInt256.valueOf(amount / 1000))),
            now()));
  }

  private static VipMessage.Status status(Optional<KeyPair> account) {
    return new VipMessage.Status(
        1,
        CHAIN,
        GENESIS,
        Role.CLIENT.bit(),
        account.map(KeyPair::address),
        0,
        List.of(),
        account
            .map(
                key ->
                    key.sign(
                            VipSignatures.bindDigest(
                                CHAIN,
                                CLIENT,
                                SERVER,
                                key.address(),
                                VipSignatures.contractSetHash(List.of())))
                        .toBytes65())
            .orElse(Bytes.EMPTY));
  }

  private void greet() {
    assertThat(onMessage(status(Optional.empty())))
        .singleElement()
        .isInstanceOf(SaleStep.Welcome.class);
  }

  private RefusalCode lastRefusal() {
    return ((VipMessage.Refuse) sent.getLast()).refusalCode().orElseThrow();
  }

  private List<NoticeKind> notices() {
    return sent.stream()
        .filter(VipMessage.Notice.class::isInstance)
        .map(message -> ((VipMessage.Notice) message).noticeKind().orElseThrow())
        .toList();
  }

  private List<CapacityReason> capacities() {
    return sent.stream()
        .filter(VipMessage.Capacity.class::isInstance)
        .map(message -> ((VipMessage.Capacity) message).capacityReason().orElseThrow())
        .toList();
  }

  // ---- the handshake

  @Test
  void anAccountThatBindsItselfIsWhereTheMoneyIsKept() {
    onMessage(status(Optional.of(ACCOUNT)));
    assertThat(sale.peer().moneyOwner()).isEqualTo(ACCOUNT.address().bytes());
  }

  @Test
  void withoutAnAccountTheMoneyIsTheNodes() {
    greet();
    assertThat(sale.peer().moneyOwner()).isEqualTo(CLIENT);
  }

  /** Test E3, code 3, and rjl's defect: any address could be announced. */
  @Test
  void anAccountOfSomebodyElseIsRefused() {
    VipMessage.Status mine = status(Optional.of(ACCOUNT));
    VipMessage.Status stolen =
        new VipMessage.Status(
            1,
            CHAIN,
            GENESIS,
            1,
            Optional.of(KeyPair.ofSecret(Bytes32.leftPad(Bytes.of(5))).address()),
            0,
            List.of(),
            mine.bindSignature());
    assertThat(onMessage(stolen)).singleElement().isInstanceOf(SaleStep.End.class);
    assertThat(lastRefusal()).isEqualTo(RefusalCode.BAD_SIGNATURE);
    assertThat(sale.isOpen()).isFalse();
    assertThat(onMessage(mine)).isEmpty();
  }

  /** Test E3, code 14. */
  @Test
  void anotherChainIsRefused() {
    VipMessage.Status mine = status(Optional.empty());
    VipMessage.Status other =
        new VipMessage.Status(
            1, UInt256.ONE, GENESIS, 1, Optional.empty(), 0, List.of(), mine.bindSignature());
    onMessage(other);
    assertThat(lastRefusal()).isEqualTo(RefusalCode.WRONG_CHAIN);
    assertThat(sale.state()).isInstanceOf(SaleState.Off.class);
  }

  /** Test E3, code 1. */
  @Test
  void whateverComesBeforeTheStatusOrTwiceEndsVip() {
    onMessage(new VipMessage.SetCapacity(1, MIN, 0, 0));
    assertThat(lastRefusal()).isEqualTo(RefusalCode.MALFORMED);
    sale = sale(false);
    greet();
    onMessage(status(Optional.empty()));
    assertThat(lastRefusal()).isEqualTo(RefusalCode.MALFORMED);
    sale = sale(false);
    greet();
    onMessage(new VipMessage.Notice(1, 0, 0, UInt256.ZERO, 0, Bytes.EMPTY));
    assertThat(lastRefusal()).isEqualTo(RefusalCode.MALFORMED);
    sale = sale(false);
    greet();
    take(sale.onMalformed("not RLP"));
    int before = sent.size();
    assertThat(onMessage(new VipMessage.SetCapacity(1, MIN, 0, 0))).isEmpty();
    assertThat(sent).hasSize(before);
  }

  // ---- requests

  /** Test E3, codes 2, 9, 11: refused before anything is booked. */
  @Test
  void requestsThatCannotBeAreRefusedWithTheirCode() {
    greet();
    assertThat(onMessage(new VipMessage.Open(1, 2, Bytes.EMPTY))).isEmpty();
    assertThat(lastRefusal()).isEqualTo(RefusalCode.UNKNOWN_METHOD);
    assertThat(onMessage(pay(77))).isEmpty();
    assertThat(lastRefusal()).isEqualTo(RefusalCode.UNKNOWN_METHOD);
    assertThat(onMessage(new VipMessage.Bid(1, 1, List.of(5L), 5, Long.MAX_VALUE))).isEmpty();
    assertThat(lastRefusal()).isEqualTo(RefusalCode.NO_CAPACITY);
    sale.setSynced(false);
    assertThat(onMessage(pay(0))).isEmpty();
    assertThat(lastRefusal()).isEqualTo(RefusalCode.NOT_SYNCED);
    assertThat(onMessage(new VipMessage.Query(1, 0, 0, List.of(), List.of()))).isEmpty();
    assertThat(lastRefusal()).isEqualTo(RefusalCode.NOT_SYNCED);
    assertThat(onMessage(new VipMessage.SetCapacity(1, MIN, 0, 0))).isEmpty();
    assertThat(lastRefusal()).isEqualTo(RefusalCode.NOT_SYNCED);
    assertThat(onMessage(new VipMessage.Exchange(1, 1, 1, 1, UInt256.ONE, Bytes.EMPTY))).isEmpty();
    assertThat(lastRefusal()).isEqualTo(RefusalCode.NOT_SYNCED);
    assertThat(((VipMessage.Refuse) sent.getLast()).retryAfterSeconds()).isPositive();
  }

  private static VipMessage.Pay pay(int method) {
    return new VipMessage.Pay(Bytes.repeat((byte) 1, 8), method, Bytes.EMPTY, 0);
  }

  @Test
  void requestsThatCanBeBecomeSteps() {
    sale = sale(true);
    greet();
    assertThat(onMessage(pay(0))).singleElement().isInstanceOf(SaleStep.TakePayment.class);
    assertThat(onMessage(new VipMessage.Open(1, 1, Bytes.EMPTY)))
        .singleElement()
        .isInstanceOf(SaleStep.OpenMethod.class);
    assertThat(onMessage(new VipMessage.Query(1, 0, 0, List.of(), List.of())))
        .singleElement()
        .isInstanceOf(SaleStep.Answer.class);
    assertThat(onMessage(new VipMessage.Bid(1, 1, List.of(5L), 5, Long.MAX_VALUE)))
        .singleElement()
        .isInstanceOf(SaleStep.PlaceBid.class);
    assertThat(onMessage(new VipMessage.SetCapacity(4, 1, 6_000 * 20_000 - 1, 5)))
        .containsExactly(new SaleStep.AskCapacity(4, 20_000, 5));
    assertThat(onMessage(close(CloseMode.LEAVE))).isEmpty();
    assertThat(onMessage(close(CloseMode.COOPERATIVE)))
        .singleElement()
        .isInstanceOf(SaleStep.CloseMethod.class);
  }

  private static VipMessage.Close close(CloseMode mode) {
    return new VipMessage.Close(1, 1, mode.number(), Bytes.EMPTY, Bytes.EMPTY);
  }

  /** Three bad signatures, and vip is off for ten minutes; the defect D11: nothing is consumed. */
  @Test
  void threeBadSignaturesTurnVipOff() {
    onMessage(status(Optional.of(ACCOUNT)));
    VipMessage.Exchange forged =
        new VipMessage.Exchange(1, 1, 5, 5, UInt256.ONE, Bytes.repeat((byte) 0, 65));
    assertThat(onMessage(forged)).isEmpty();
    assertThat(lastRefusal()).isEqualTo(RefusalCode.BAD_SIGNATURE);
    VipMessage.Exchange unsigned = new VipMessage.Exchange(1, 1, 5, 5, UInt256.ONE, Bytes.EMPTY);
    Bytes signature =
        ACCOUNT.sign(VipSignatures.exchangeDigest(CHAIN, SERVER, CLIENT, unsigned)).toBytes65();
    // the serial of the forged one was not used up
    assertThat(onMessage(new VipMessage.Exchange(1, 1, 5, 5, UInt256.ONE, signature)))
        .singleElement()
        .isInstanceOf(SaleStep.Trade.class);
    assertThat(onMessage(forged)).isEmpty();
    assertThat(take(sale.onRefused(2, RefusalCode.BAD_SIGNATURE, 0, "a cheque")))
        .containsExactly(new SaleStep.End("3 bad signatures", 600));
    assertThat(onMessage(pay(0))).isEmpty();
  }

  @Test
  void aSignatureForAnotherServerIsBad() {
    onMessage(status(Optional.of(ACCOUNT)));
    VipMessage.Exchange exchange = new VipMessage.Exchange(1, 1, 5, 5, UInt256.ONE, Bytes.EMPTY);
    Bytes other =
        ACCOUNT
            .sign(VipSignatures.exchangeDigest(CHAIN, Bytes32.ZERO, CLIENT, exchange))
            .toBytes65();
    assertThat(onMessage(new VipMessage.Exchange(1, 1, 5, 5, UInt256.ONE, other))).isEmpty();
    assertThat(lastRefusal()).isEqualTo(RefusalCode.BAD_SIGNATURE);
  }

  // ---- capacity

  @Test
  void aCapacityThatWasReachedIsToldOnce() {
    greet();
    figures(MIN, 3600 * SPEND_AT_MIN);
    sent.clear();
    take(sale.onCapacityAnswer(7, 160_000, service(160_000, 1), true));
    figures(160_000, 3600 * SPEND_AT_MIN); // the pool's own event comes later
    assertThat(sent).containsExactly(new VipMessage.Capacity(7, 160_000, 160_000 * 6_000, 0));
  }

  private static ServiceFigures service(long capacity, long tokens) {
    return new ServiceFigures(capacity, MIN, tokens, 0, amount -> Optional.empty());
  }

  /** Test E3, code 9. */
  @Test
  void aCapacityThatIsNotToBeHadIsRefused() {
    greet();
    figures(MIN, 0);
    take(sale.onCapacityAnswer(7, 160_000, service(MIN, 0), false));
    assertThat(lastRefusal()).isEqualTo(RefusalCode.NO_CAPACITY);
    assertThat(((VipMessage.Refuse) sent.getLast()).text()).contains("tokens");
    take(sale.onCapacityAnswer(8, 160_000, service(MIN, 50), true));
    assertThat(lastRefusal()).isEqualTo(RefusalCode.NO_CAPACITY);
    assertThat(((VipMessage.Refuse) sent.getLast()).retryAfterSeconds()).isPositive();
  }

  @Test
  void othersWhoTakeItAwayAreToldApartFromUsedUpTokens() {
    greet();
    figures(MIN, 3600 * SPEND_AT_MIN);
    take(sale.onCapacityAnswer(1, 160_000, service(160_000, 1), true));
    figures(80_000, 3600 * SPEND_AT_MIN);
    figures(0, 3600 * SPEND_AT_MIN);
    assertThat(capacities())
        .containsExactly(
            CapacityReason.REQUESTED, CapacityReason.CONTENTION, CapacityReason.EVICTED);
  }

  // ---- states

  /** The trial: 180 s by the clock of the network, one notice, then free. */
  @Test
  void theTrialEndsByTheClockWithOneNotice() {
    greet();
    assertThat(sale.trialLeftSeconds(now())).isEqualTo(180);
    for (int i = 0; i < 200; i++) {
      figures(MIN, 0);
      seconds++;
    }
    assertThat(sale.state()).isInstanceOf(SaleState.Free.class);
    assertThat(notices()).containsExactly(NoticeKind.TRIAL_ENDING);
  }

  /** Defects D6 and D8: to connect again, or with another key, starts no meter anew. */
  @Test
  void anotherConnectionOfTheNetworkHasNoOtherTrial() {
    greet();
    seconds += 100;
    sale = sale(false);
    greet();
    assertThat(sale.trialLeftSeconds(now())).isEqualTo(80);
    seconds += 100;
    sale = sale(false);
    greet();
    assertThat(sale.state()).isInstanceOf(SaleState.Free.class);
    seconds += settings.trialForgottenSeconds() + 1;
    sale = sale(false);
    greet();
    assertThat(sale.trialLeftSeconds(now())).isEqualTo(180);
  }

  /** Test B3: LOW once per crossing, with a hysteresis of two. */
  @Test
  void lowIsSaidOncePerCrossing() {
    greet();
    take(sale.onBought(3600 * SPEND_AT_MIN, now()));
    figures(MIN, 3600 * SPEND_AT_MIN);
    long low = 3600 * SPEND_AT_MIN / 20; // 5 % of the purchase: 180 s
    for (long tokens : List.of(low, low - 1, low - 2, low + 1, low - 1, 2 * low - 1, low - 1)) {
      seconds += 36_000; // so slowly that the use of requests does not count
      figures(MIN, tokens);
    }
    assertThat(notices()).containsExactly(NoticeKind.LOW);
    seconds += 36_000; // so slowly that the use of requests does not count
    figures(MIN, 2 * low);
    seconds += 36_000; // so slowly that the use of requests does not count
    figures(MIN, low - 1);
    assertThat(notices()).containsExactly(NoticeKind.LOW, NoticeKind.LOW);
    VipMessage.Notice notice = (VipMessage.Notice) sent.getLast();
    assertThat(notice.suggestedWei().isZero()).isFalse();
    assertThat(notice.secondsLeft()).isBetween(1L, 180L);
  }

  /** Test B3 and defect D9: exhausted, grace, downgraded; vip stays open all the time. */
  @Test
  void usedUpTokensLeadOverAGraceToTheMinimum() {
    greet();
    take(sale.onBought(10 * SPEND_AT_MIN, now()));
    take(sale.onCapacityAnswer(1, 160_000, service(160_000, 1), true));
    figures(160_000, 0);
    assertThat(sale.state()).isInstanceOf(SaleState.Exhausted.class);
    for (int i = 0; i < 29; i++) {
      seconds++;
      figures(160_000, 0);
    }
    assertThat(sale.state()).isInstanceOf(SaleState.Exhausted.class);
    seconds++;
    figures(MIN, 0);
    assertThat(sale.state()).isInstanceOf(SaleState.Downgraded.class);
    assertThat(notices()).endsWith(NoticeKind.EXHAUSTED, NoticeKind.DOWNGRADED);
    assertThat(capacities()).endsWith(CapacityReason.DOWNGRADED);
    assertThat(sale.isOpen()).isTrue();
    take(sale.onBought(5 * SPEND_AT_MIN, now()));
    figures(MIN, 5 * SPEND_AT_MIN);
    assertThat(sale.state()).isInstanceOf(SaleState.Paid.class);
  }

  @Test
  void whoseCapacitySomebodyElseTookIsDowngradedBeforeTheGraceIsOver() {
    greet();
    take(sale.onBought(10 * SPEND_AT_MIN, now()));
    take(sale.onCapacityAnswer(1, 160_000, service(160_000, 1), true));
    figures(160_000, 0);
    seconds += 3;
    figures(MIN, 0);
    assertThat(sale.state()).isInstanceOf(SaleState.Downgraded.class);
  }

  /** Test E5 as far as the machine: who comes back with tokens goes on where it was. */
  @Test
  void whoComesBackWithTokensIsPaidAtOnce() {
    greet();
    take(sale.onBought(3600 * SPEND_AT_MIN, now()));
    seconds += 3600;
    sale = sale(false);
    figures(MIN, 3500 * SPEND_AT_MIN); // the pool knows before the peer has greeted
    greet();
    assertThat(sale.state()).isInstanceOf(SaleState.Paid.class);
    assertThat(notices()).isEmpty();
  }

  @Test
  void requestsCountForHowLongTokensLast() {
    greet();
    long tokens = 3600 * SPEND_AT_MIN;
    take(sale.onBought(tokens, now()));
    figures(MIN, tokens);
    for (int i = 0; i < 60; i++) { // ten times what time alone costs
      seconds++;
      tokens -= 10 * SPEND_AT_MIN;
      figures(MIN, tokens);
    }
    while (notices().isEmpty()) {
      seconds++;
      tokens -= 10 * SPEND_AT_MIN;
      figures(MIN, tokens);
    }
    VipMessage.Notice low = (VipMessage.Notice) sent.getLast();
    assertThat(low.noticeKind()).contains(NoticeKind.LOW);
    assertThat(low.secondsLeft()).isBetween(50L, 70L);
  }
}
