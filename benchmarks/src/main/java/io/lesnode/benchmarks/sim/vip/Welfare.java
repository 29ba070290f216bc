package io.lesnode.benchmarks.sim.vip;

import io.lesnode.vipnode.wire.OfferTerms;
import java.math.BigInteger;
import java.util.Comparator;
import java.util.List;

/**
 * How well capacity goes to those to whom it is worth most.
 *
 * <p>At each moment the value that is served, of those clients that are connected and said what an
 * hour is worth to them, is compared with the best that could be: the capacity that may be sold
 * given to the highest values first, to each as much as it wants. The quotient of both, over time,
 * is the efficiency: 1 says that no other allocation had been worth more. Capacity that a client
 * has beyond its wish is worth nothing.
 */
final class Welfare {
  private BigInteger served = BigInteger.ZERO;
  private BigInteger best = BigInteger.ZERO;
  private List<PayingClient> byValue = List.of();

  /** There are other clients. */
  void onClients(List<PayingClient> clients) {
    byValue =
        clients.stream()
            .filter(client -> client.hourWei().signum() > 0)
            .sorted(Comparator.comparing(PayingClient::hourWei).reversed()) // stable
            .toList();
  }

  /**
   * A time in which nothing changes.
   *
   * @param supply capacity that may be sold, units per millisecond
   */
  void add(long supply, long nanos) {
    BigInteger time = BigInteger.valueOf(nanos);
    long left = supply;
    for (PayingClient client : byValue) {
      if (!client.isConnected() || client.terms().isEmpty()) {
        continue;
      }
      OfferTerms terms = client.terms().get();
      BigInteger least = BigInteger.valueOf(Math.max(1, terms.minCapacity()));
      long wanted = client.wantedUnits();
      BigInteger now = worth(client, Math.min(wanted, client.seen.capacity()), least);
      client.books.onServed(now, nanos);
      served = served.add(now.multiply(time));
      long given = Math.min(left, wanted);
      best = best.add(worth(client, given, least).multiply(time));
      left -= given;
    }
  }

  private static BigInteger worth(PayingClient client, long capacity, BigInteger least) {
    return capacity <= 0
        ? BigInteger.ZERO
        : client.hourWei().multiply(BigInteger.valueOf(capacity)).divide(least);
  }

  /** 1: nothing could be better; 0 as well where nobody wanted anything. */
  double efficiency() {
    return Mean.ratio(served, best);
  }

  boolean isEmpty() {
    return best.signum() == 0;
  }
}
