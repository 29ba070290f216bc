package io.lesnode.vipnode.auction;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.junit.jupiter.api.Test;

/** Test A3 of docs/vip.md: the laws of the auction on random bids. */
class UnitAuctionLawsTest {

  /** To bid what units are worth is the best that a bidder can do, whatever the others do. */
  @Property(tries = 500)
  void biddingTheTruthIsNeverWorse(@ForAll long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    List<StandingBid> bids = bids(random);
    long units = random.nextInt(1, 9);
    long reserve = random.nextInt(6);
    StandingBid truth = bids.get(random.nextInt(bids.size()));
    long honest = utility(truth, UnitAuction.clear(bids, units, reserve));
    assertThat(honest).isNotNegative();
    for (int i = 0; i < 20; i++) {
      List<StandingBid> others = new ArrayList<>(bids);
      others.remove(truth);
      others.add(new StandingBid(truth.client(), truth.age(), prices(random)));
      assertThat(utility(truth, UnitAuction.clear(others, units, reserve)))
          .isLessThanOrEqualTo(honest);
    }
  }

  /** Payments are those of the definition: the others' sum without a winner less that with it. */
  @Property(tries = 500)
  void eachPaysWhatTheOthersLose(@ForAll long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    List<StandingBid> bids = bids(random);
    int units = random.nextInt(1, 9);
    long reserve = random.nextInt(6);
    UnitAuction.Result result = UnitAuction.clear(bids, units, reserve);
    for (StandingBid bid : bids) {
      List<StandingBid> others = new ArrayList<>(bids);
      others.remove(bid);
      long units0 = result.share(bid.client()).units();
      long without = bestSum(others, units, reserve);
      long with = bestSum(others, (int) (units - units0), reserve);
      assertThat(result.share(bid.client()).payPerSecond()).isEqualTo(without - with);
    }
  }

  @Property(tries = 500)
  void nobodyPaysMoreThanBidAndLosersPayNothing(@ForAll long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    List<StandingBid> bids = bids(random);
    int units = random.nextInt(0, 9);
    long reserve = random.nextInt(6);
    UnitAuction.Result result = UnitAuction.clear(bids, units, reserve);
    long sold = 0;
    for (StandingBid bid : bids) {
      UnitAuction.Share share = result.share(bid.client());
      long bidSum = bid.unitPrices().stream().limit(share.units()).mapToLong(p -> p).sum();
      assertThat(share.payPerSecond()).isBetween(share.units() * reserve, bidSum);
      assertThat(share.units()).isLessThanOrEqualTo(bid.unitPrices().size());
      sold += share.units();
    }
    assertThat(sold).isLessThanOrEqualTo(units);
    long wanted =
        bids.stream().flatMap(bid -> bid.unitPrices().stream()).filter(p -> p >= reserve).count();
    assertThat(sold).isEqualTo(Math.min(units, wanted));
  }

  /** The order in which bids are handed over does not matter, only their prices and ages. */
  @Property(tries = 200)
  void theOrderOfTheListDoesNotMatter(@ForAll long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    List<StandingBid> bids = bids(random);
    List<StandingBid> shuffled = new ArrayList<>(bids);
    Collections.shuffle(shuffled, new java.util.Random(seed));
    assertThat(UnitAuction.clear(shuffled, 4, 1)).isEqualTo(UnitAuction.clear(bids, 4, 1));
  }

  /** 4,096 bidders for 16 units each: 65,536 prices, a fraction of the 2 s between clearings. */
  @Test
  void aLargeAuctionIsClearedQuickly() {
    SplittableRandom random = new SplittableRandom(7);
    List<StandingBid> bids = new ArrayList<>();
    for (int i = 0; i < 4096; i++) {
      List<Long> prices = new ArrayList<>();
      for (int unit = 0; unit < 16; unit++) {
        prices.add(random.nextLong(1, 1_000_000_000));
      }
      prices.sort(Collections.reverseOrder());
      bids.add(new StandingBid(node(i), i, prices));
    }
    UnitAuction.Result first = UnitAuction.clear(bids, 30_000, 1);
    // the time of this thread, so that a busy machine does not count
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    long start = threads.getCurrentThreadCpuTime();
    UnitAuction.Result result = UnitAuction.clear(bids, 30_000, 1);
    assertThat(threads.getCurrentThreadCpuTime() - start).isLessThan(2_000_000_000L);
    assertThat(result).isEqualTo(first);
    assertThat(result.shares().values().stream().mapToLong(UnitAuction.Share::units).sum())
        .isEqualTo(30_000);
  }

  private static long utility(StandingBid truth, UnitAuction.Result result) {
    UnitAuction.Share share = result.share(truth.client());
    long value = 0;
    for (int i = 0; i < share.units(); i++) {
      value += i < truth.unitPrices().size() ? truth.unitPrices().get(i) : 0;
    }
    return value - share.payPerSecond();
  }

  /** The largest sum of so many units, each at least the reserve, which the server takes itself. */
  private static long bestSum(List<StandingBid> bids, int units, long reserve) {
    List<Long> prices =
        new ArrayList<>(bids.stream().flatMap(bid -> bid.unitPrices().stream()).toList());
    prices.addAll(Collections.nCopies(units, reserve));
    prices.sort(Collections.reverseOrder());
    return prices.stream().limit(units).mapToLong(p -> p).sum();
  }

  private static List<StandingBid> bids(SplittableRandom random) {
    List<StandingBid> bids = new ArrayList<>();
    for (int i = random.nextInt(1, 7); i > 0; i--) {
      bids.add(new StandingBid(node(i), i, prices(random)));
    }
    return bids;
  }

  private static List<Long> prices(SplittableRandom random) {
    List<Long> prices = new ArrayList<>();
    for (int i = random.nextInt(6); i > 0; i--) {
      prices.add(random.nextLong(1, 20));
    }
    prices.sort(Collections.reverseOrder());
    return prices;
  }

  private static Bytes32 node(int number) {
    return Bytes32.leftPad(Bytes.ofUnsignedInt(number));
  }
}
