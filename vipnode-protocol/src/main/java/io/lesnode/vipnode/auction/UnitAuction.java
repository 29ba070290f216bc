package io.lesnode.vipnode.auction;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.tuweni.bytes.Bytes32;

/**
 * One clearing of an auction of equal units (Vickrey, Clarke, Groves).
 *
 * <p>The highest unit prices win, none below the reserve price; of equal ones the older bid's. A
 * winner of k units pays what the others would have had with them and now have not: the k highest
 * prices of others that won nothing, the reserve price where there are no more. So what one pays
 * does not depend on what one bids, only whether one wins does, and to bid what a unit is worth is
 * the best one can do. Differs from the founding document (service model), whose formula has its
 * sign reversed.
 *
 * <p>Example: 3 units, reserve 2. A bids 10 and 6, B bids 8 and 5, C bids 4. A wins 2 units, B one.
 * Without A the third and second unit would go to B for 5 and C for 4: A pays 9. Without B, C would
 * have its unit for 4: B pays 4.
 *
 * <p>Cost: O(n log n) in the number of unit prices: one sort, then each winner walks past as many
 * losing prices as it won units, and past its own.
 */
public final class UnitAuction {

  /**
   * What a client won.
   *
   * @param units units won
   * @param payPerSecond tokens per second for all of them
   */
  public record Share(long units, long payPerSecond) {
    /** Nothing. */
    public static final Share NONE = new Share(0, 0);
  }

  /**
   * The outcome.
   *
   * @param shares what each winner won; losers are not in it
   * @param losingPrices the best unit prices that lost, each of another client: at most two
   */
  public record Result(Map<Bytes32, Share> shares, List<UnitPrice> losingPrices) {
    /** Copies; the order of the shares is kept, so that who drives it does the same again. */
    public Result {
      shares = Collections.unmodifiableMap(new LinkedHashMap<>(shares));
      losingPrices = List.copyOf(losingPrices);
    }

    /** What a client won. */
    public Share share(Bytes32 client) {
      return shares.getOrDefault(client, Share.NONE);
    }

    /** The best price of another client that lost, or the reserve price: all that others learn. */
    public long nextLoserPrice(Bytes32 client, long reservePrice) {
      for (UnitPrice price : losingPrices) {
        if (!price.client().equals(client)) {
          return price.price();
        }
      }
      return reservePrice;
    }
  }

  /** The price that a client bids for one of its units. */
  public record UnitPrice(Bytes32 client, long age, int index, long price) {}

  private static final Comparator<UnitPrice> BEST_FIRST =
      Comparator.comparingLong(UnitPrice::price)
          .reversed()
          .thenComparingLong(UnitPrice::age)
          .thenComparingInt(UnitPrice::index);

  private UnitAuction() {}

  /**
   * Clears.
   *
   * @param bids at most one of each client
   * @param units how many units there are
   * @param reservePrice the least a unit costs, tokens per second; at least 0
   */
  public static Result clear(Collection<StandingBid> bids, long units, long reservePrice) {
    List<UnitPrice> ranked = ranked(bids, reservePrice);
    int won = (int) Math.min(units, ranked.size());
    Map<Bytes32, Integer> counts = new LinkedHashMap<>();
    for (UnitPrice price : ranked.subList(0, won)) {
      counts.merge(price.client(), 1, Integer::sum);
    }
    List<UnitPrice> losers = ranked.subList(won, ranked.size());
    Map<Bytes32, Share> shares = new LinkedHashMap<>();
    counts.forEach(
        (client, count) ->
            shares.put(client, new Share(count, displaced(client, count, losers, reservePrice))));
    return new Result(shares, bestOfTwo(losers));
  }

  private static List<UnitPrice> ranked(Collection<StandingBid> bids, long reservePrice) {
    List<UnitPrice> ranked = new ArrayList<>();
    for (StandingBid bid : bids) {
      int index = 0;
      for (long price : bid.unitPrices()) {
        if (price < reservePrice) {
          break;
        }
        ranked.add(new UnitPrice(bid.client(), bid.age(), index++, price));
      }
    }
    ranked.sort(BEST_FIRST);
    return ranked;
  }

  /** What others, and the reserve, lose by so many units of a client. */
  private static long displaced(
      Bytes32 client, int count, List<UnitPrice> losers, long reservePrice) {
    long sum = 0;
    int left = count;
    for (UnitPrice loser : losers) {
      if (left == 0) {
        break;
      }
      if (!loser.client().equals(client)) {
        sum = Math.addExact(sum, loser.price());
        left--;
      }
    }
    return Math.addExact(sum, Math.multiplyExact(left, reservePrice));
  }

  private static List<UnitPrice> bestOfTwo(List<UnitPrice> losers) {
    List<UnitPrice> best = new ArrayList<>();
    for (UnitPrice loser : losers) {
      if (best.isEmpty() || !best.getFirst().client().equals(loser.client())) {
        best.add(loser);
      }
      if (best.size() == 2) {
        break;
      }
    }
    return best;
  }
}
