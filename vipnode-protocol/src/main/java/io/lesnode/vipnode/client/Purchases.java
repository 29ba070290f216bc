package io.lesnode.vipnode.client;

import io.lesnode.vipnode.price.ServicePrice;
import io.lesnode.vipnode.wire.OfferTerms;
import java.math.BigInteger;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Judges whether a purchase brought what was bought. Confined to its buyer.
 *
 * <p>The law: a connection with a capacity costs its price per second, and every question at most
 * what the server's own table of costs says. Both we count ourselves. So after a time we know how
 * many tokens can be gone at most; a server that says more is gone is lying, or charges what it did
 * not offer. What other fees there may be is within the slack.
 */
final class Purchases {
  private static final long SLACK_SECONDS = 15;
  private static final BigInteger MILLION = BigInteger.valueOf(1_000_000);

  private record Bought(long tokensAfter, long capacity, OfferTerms terms, long atNanos) {}

  private @Nullable Bought last;
  private long highestCapacity;
  private long askedCost;
  private long costSeen;

  void onBought(long tokensAfter, long capacity, OfferTerms terms, Moment now) {
    last = new Bought(tokensAfter, capacity, terms, now.nanos());
    askedCost = 0;
  }

  void onCapacity(long capacity) {
    highestCapacity = Math.max(highestCapacity, capacity);
  }

  /** The light client's count of what was asked; it begins again with every connection. */
  void onAsked(long costOfConnection) {
    askedCost += costOfConnection >= costSeen ? costOfConnection - costSeen : costOfConnection;
    costSeen = costOfConnection;
  }

  /** Seconds since the last purchase that was not judged; a very long time if there is none. */
  long secondsSince(Moment now) {
    Bought bought = last;
    return bought == null ? Long.MAX_VALUE : now.secondsSince(bought.atNanos());
  }

  /**
   * Ends the last purchase.
   *
   * @param tokensNow what is left as the server tells it
   * @return what was wrong with it; empty if nothing, or if nothing was bought
   */
  Optional<String> judge(long tokensNow, Moment now) {
    Bought bought = last;
    if (bought == null) {
      return Optional.empty();
    }
    long seconds = Math.max(0, now.secondsSince(bought.atNanos()));
    boolean granted = highestCapacity >= bought.capacity() / 2;
    long capacity = Math.max(bought.capacity(), highestCapacity);
    OfferTerms.Factors factors = bought.terms().factors();
    BigInteger most =
        BigInteger.valueOf(ServicePrice.tokensFor(factors, capacity, seconds + SLACK_SECONDS))
            .add(
                BigInteger.valueOf(factors.requestMicro())
                    .multiply(BigInteger.valueOf(askedCost))
                    .divide(MILLION));
    BigInteger used = BigInteger.valueOf(bought.tokensAfter() - tokensNow);
    last = null;
    highestCapacity = 0;
    if (used.compareTo(most) > 0) {
      return Optional.of(
          used + " tokens are gone after " + seconds + " s, where " + most + " is the most");
    }
    return granted
        ? Optional.empty()
        : Optional.of("the capacity of " + bought.capacity() + " was paid for and not granted");
  }

  /** Whether something was bought that is not judged yet. */
  boolean isOpen() {
    return last != null;
  }
}
