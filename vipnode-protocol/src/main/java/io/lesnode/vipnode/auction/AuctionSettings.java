package io.lesnode.vipnode.auction;

/**
 * The rules of an auction.
 *
 * @param clearingIntervalNanos clearings are at least so far apart; 2 s
 * @param toleranceNanos for how long the flow control parameters of before a cut are accepted; 5 s
 * @param maxUnitsPerBid units that one client may bid for
 * @param maxBids clients that may bid at once; further ones are refused
 */
public record AuctionSettings(
    long clearingIntervalNanos, long toleranceNanos, int maxUnitsPerBid, int maxBids) {
  private static final long NANOS_PER_SECOND = 1_000_000_000;

  /** 2 s between clearings, 5 s of tolerance (docs/vip.md). */
  public static final AuctionSettings DEFAULT =
      new AuctionSettings(2 * NANOS_PER_SECOND, 5 * NANOS_PER_SECOND, 256, 4096);

  /** Checks ranges. */
  public AuctionSettings {
    if (clearingIntervalNanos < 0 || toleranceNanos < 0 || maxUnitsPerBid < 1 || maxBids < 1) {
      throw new IllegalArgumentException("an auction's times and numbers must be positive");
    }
  }
}
