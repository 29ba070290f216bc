package io.lesnode.vipnode.auction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.lesnode.payment.RefusalCode;
import io.lesnode.vipnode.auction.Auction.Change;
import io.lesnode.vipnode.wire.VipMessage.Bid;
import java.util.List;
import java.util.Map;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.junit.jupiter.api.Test;

/** The running auction with simulated time; part of test A3 of docs/vip.md. */
class AuctionTest {
  private static final long SECOND = 1_000_000_000;
  private static final Bytes32 ALICE = node(1);
  private static final Bytes32 BOB = node(2);
  private static final Bytes32 CAROL = node(3);
  private static final long UNTIL = 10_000;

  private final Auction auction = new Auction(AuctionSettings.DEFAULT, 3, 2);
  private long nowNanos = -5 * SECOND;
  private long tokens = 1_000_000;

  @Test
  void theWorkedExample() {
    bid(ALICE, 1, 10, 6);
    bid(BOB, 1, 8, 5);
    bid(CAROL, 1, 4);

    List<Change> changes = poll();

    assertThat(changes).hasSize(3);
    assertThat(auction.share(ALICE)).isEqualTo(new UnitAuction.Share(2, 9));
    assertThat(auction.share(BOB)).isEqualTo(new UnitAuction.Share(1, 4));
    assertThat(auction.share(CAROL)).isEqualTo(UnitAuction.Share.NONE);
    Change carol = changes.get(2);
    assertThat(carol.client()).isEqualTo(CAROL);
    assertThat(carol.award().requestId()).isEqualTo(1);
    assertThat(carol.award().nextLoserPrice()).isEqualTo(5);
    assertThat(changes.get(1).award().nextLoserPrice()).isEqualTo(4);
  }

  @Test
  void whoIsAloneAmongTheUnitsPaysTheReserve() {
    bid(ALICE, 1, 100, 100, 1);
    poll();
    assertThat(auction.share(ALICE)).isEqualTo(new UnitAuction.Share(2, 4));
  }

  @Test
  void ofEqualPricesTheOlderBidWins() {
    auction.supply(1, 2);
    bid(BOB, 1, 7);
    bid(ALICE, 1, 7);
    poll();
    assertThat(auction.share(BOB)).isEqualTo(new UnitAuction.Share(1, 7));
    // a changed bid is a new one
    bid(BOB, 2, 7);
    nowNanos += 2 * SECOND;
    poll();
    assertThat(auction.share(ALICE)).isEqualTo(new UnitAuction.Share(1, 7));
  }

  @Test
  void itClearsAtMostEveryTwoSeconds() {
    assertThat(auction.nextDeadline(nowNanos, 0)).isEmpty();
    bid(ALICE, 1, 10);
    assertThat(auction.nextDeadline(nowNanos, 0)).hasValue(nowNanos);
    long first = nowNanos;
    assertThat(poll()).hasSize(1);
    nowNanos += SECOND;
    bid(BOB, 1, 10);
    assertThat(auction.nextDeadline(nowNanos, 0)).hasValue(first + 2 * SECOND);
    assertThat(poll()).isEmpty();
    nowNanos = first + 2 * SECOND;
    assertThat(poll()).hasSize(1);
    assertThat(poll()).isEmpty();
  }

  @Test
  void afterACutTheOldParametersAreToleratedForFiveSeconds() {
    bid(ALICE, 1, 10, 10, 10);
    poll();
    nowNanos += 2 * SECOND;
    bid(BOB, 1, 20);
    List<Change> changes = poll();
    Change alice = changes.stream().filter(c -> c.client().equals(ALICE)).findFirst().orElseThrow();
    assertThat(alice.award().units()).isEqualTo(2);
    assertThat(alice.award().toleranceMillis()).isEqualTo(5000);
    assertThat(alice.award().requestId()).isZero();
    assertThat(auction.toleratedUnits(BOB, nowNanos)).isEqualTo(1);
    assertThat(auction.toleratedUnits(ALICE, nowNanos)).isEqualTo(3);

    // another cut meanwhile does not make the first tolerance longer
    nowNanos += 2 * SECOND;
    bid(BOB, 2, 20, 20);
    poll();
    assertThat(auction.toleratedUnits(ALICE, nowNanos + 3 * SECOND - 1)).isEqualTo(3);
    assertThat(auction.toleratedUnits(ALICE, nowNanos + 3 * SECOND)).isEqualTo(2);
    assertThat(auction.toleratedUnits(ALICE, nowNanos + 5 * SECOND)).isEqualTo(1);
  }

  @Test
  void aBidThatChangesCostsASecondOfWhatIsPaid() {
    assertThat(bid(ALICE, 1, 10, 6)).isEqualTo(new Auction.Accepted(0));
    bid(BOB, 1, 8, 5);
    poll();
    long pays = auction.share(ALICE).payPerSecond();
    assertThat(pays).isPositive();
    assertThat(bid(ALICE, 2, 11)).isEqualTo(new Auction.Accepted(pays));
    assertThat(bid(ALICE, 3)).isEqualTo(new Auction.Accepted(pays));
    nowNanos += 2 * SECOND;
    poll();
    assertThat(auction.share(ALICE)).isEqualTo(UnitAuction.Share.NONE);
  }

  @Test
  void aBidStaysUntilItsEndOrUntilItsFundsAreGone() {
    bid(ALICE, 1, 10);
    auction.place(BOB, new Bid(1, 1, List.of(9L), 9, 50), 0);
    poll();
    assertThat(auction.nextDeadline(nowNanos, 20)).hasValue(nowNanos + 30 * SECOND);
    nowNanos += 50 * SECOND;
    List<Change> changes = auction.poll(nowNanos, 50, client -> tokens);
    assertThat(changes).extracting(Change::client).containsExactly(BOB);
    assertThat(changes.getFirst().award().units()).isZero();
    assertThat(auction.share(ALICE).units()).isOne();

    nowNanos += 2 * SECOND;
    tokens = 0;
    changes = poll();
    assertThat(changes).extracting(Change::client).containsExactly(ALICE);
    assertThat(auction.share(ALICE)).isEqualTo(UnitAuction.Share.NONE);
    assertThat(auction.nextDeadline(nowNanos, 0)).isEmpty();
  }

  @Test
  void whoIsDroppedForWantOfFundsMakesRoomForOthers() {
    auction.supply(1, 2);
    bid(ALICE, 1, 10);
    bid(BOB, 1, 9);
    auction.poll(nowNanos, 0, client -> client.equals(ALICE) ? 0 : 100);
    assertThat(auction.share(BOB)).isEqualTo(new UnitAuction.Share(1, 2));
    assertThat(auction.share(ALICE)).isEqualTo(UnitAuction.Share.NONE);
  }

  @Test
  void noMoreThanTheBudgetIsPaid() {
    auction.place(ALICE, new Bid(1, 1, List.of(10L, 10L, 10L), 25, UNTIL), 0);
    poll();
    assertThat(auction.share(ALICE).units()).isEqualTo(2);
  }

  @Test
  void badBidsAreRefusedAndTheOldOneStands() {
    bid(ALICE, 5, 10);
    refused(new Bid(1, 5, List.of(9L), 9, UNTIL), RefusalCode.STALE);
    refused(new Bid(1, 6, List.of(9L, 10L), 99, UNTIL), RefusalCode.MALFORMED);
    refused(new Bid(1, 6, List.of(0L), 99, UNTIL), RefusalCode.MALFORMED);
    refused(new Bid(1, 6, List.of(Long.MAX_VALUE), Long.MAX_VALUE, UNTIL), RefusalCode.MALFORMED);
    refused(new Bid(1, 6, List.of(9L), 9, 0), RefusalCode.EXPIRED);
    refused(
        new Bid(1, 6, java.util.Collections.nCopies(257, 1L), 999, UNTIL), RefusalCode.OVER_LIMIT);
    poll();
    assertThat(auction.share(ALICE).units()).isOne();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new StandingBid(ALICE, 1, List.of(1L, 2L)));
    Auction small = new Auction(new AuctionSettings(0, 0, 4, 1), 1, 0);
    small.place(ALICE, new Bid(1, 1, List.of(1L), 1, UNTIL), 0);
    assertThat(small.place(BOB, new Bid(1, 1, List.of(1L), 1, UNTIL), 0))
        .isInstanceOf(Auction.Refused.class);
    small.withdraw(ALICE);
    assertThat(small.place(BOB, new Bid(1, 1, List.of(1L), 1, UNTIL), 0))
        .isInstanceOf(Auction.Accepted.class);
    // who comes back begins anew
    small.withdraw(BOB);
    assertThat(small.place(ALICE, new Bid(1, 1, List.of(1L), 1, UNTIL), 0))
        .isInstanceOf(Auction.Accepted.class);
  }

  @Test
  void fewerUnitsOrADearerReserveAreANewClearing() {
    bid(ALICE, 1, 10, 6);
    poll();
    nowNanos += 2 * SECOND;
    auction.supply(3, 7);
    assertThat(poll()).hasSize(1);
    assertThat(auction.share(ALICE)).isEqualTo(new UnitAuction.Share(1, 7));
    auction.supply(3, 7);
    assertThat(auction.nextDeadline(nowNanos, UNTIL)).hasValue(nowNanos);
    assertThat(auction.units()).isEqualTo(3);
    assertThat(auction.reservePrice()).isEqualTo(7);
  }

  @Test
  void nobodyLearnsMoreThanOnePriceOfOthers() {
    auction.supply(1, 2);
    bid(ALICE, 1, 10);
    bid(BOB, 1, 9, 3);
    bid(CAROL, 1, 8);
    Map<Bytes32, Long> prices =
        poll().stream()
            .collect(
                java.util.stream.Collectors.toMap(Change::client, c -> c.award().nextLoserPrice()));
    assertThat(prices).isEqualTo(Map.of(ALICE, 9L, BOB, 8L, CAROL, 9L));
  }

  private void refused(Bid bid, RefusalCode code) {
    assertThat(auction.place(ALICE, bid, 0))
        .isInstanceOfSatisfying(
            Auction.Refused.class, refused -> assertThat(refused.code()).isEqualTo(code));
  }

  private Auction.BidOutcome bid(Bytes32 client, long serial, Integer... prices) {
    List<Long> unitPrices = java.util.Arrays.stream(prices).map(Integer::longValue).toList();
    return auction.place(client, new Bid(1, serial, unitPrices, 1_000_000, UNTIL), 0);
  }

  private List<Change> poll() {
    return auction.poll(nowNanos, 0, client -> tokens);
  }

  private static Bytes32 node(int number) {
    return Bytes32.leftPad(Bytes.of(number));
  }
}
