package io.lesnode.payment.subscription;

/**
 * What a subscription is worth and when the chain is troubled for it.
 *
 * @param tokensPerSecond what a member gets: the price of the capacity that subscriptions promise,
 *     in tokens per second (capacity price; docs/vip.md, "Mapping to the client pool")
 * @param epochSeconds how often tokens are granted; what is left at an epoch's end is gone
 * @param confirmations how deep a registration must be; 6
 * @param acknowledgeAfterSeconds purchases are acknowledged together, but not later than this after
 *     they were made; a third of the day that the contract gives
 * @param acknowledgeMany or as soon as there are so many; 16
 */
public record SubscriptionPolicy(
    long tokensPerSecond,
    long epochSeconds,
    int confirmations,
    long acknowledgeAfterSeconds,
    int acknowledgeMany) {
  /** Checks the numbers; an epoch's tokens fit a balance. */
  public SubscriptionPolicy {
    if (tokensPerSecond < 1
        || epochSeconds < 1
        || tokensPerSecond > Long.MAX_VALUE / epochSeconds
        || confirmations < 0
        || acknowledgeMany < 1) {
      throw new IllegalArgumentException("a subscription has a worth and an epoch");
    }
  }

  /** The design's defaults: epochs of an hour. */
  public static SubscriptionPolicy of(long tokensPerSecond) {
    return new SubscriptionPolicy(tokensPerSecond, 3_600, 6, 8 * 3_600L, 16);
  }
}
