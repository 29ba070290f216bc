package io.lesnode.vipnode.server;

/**
 * How a server treats its clients (docs/vip.md, "State machine").
 *
 * @param trialSeconds free service at first, as geth's bias for connected clients has it; 180
 * @param trialGuaranteedSeconds how much of it is promised; 0 unless a share is reserved
 * @param trialForgottenSeconds after so long without service a network has a trial again; 4 hours
 * @param graceSeconds for how long tokens that are used up change nothing; 30
 * @param lowSeconds a client is told when its tokens last less than this; 60
 * @param lowPercent or when less than this part of its last purchase is left; 5
 * @param suggestSeconds for how long the suggested payment lasts; an hour
 * @param quoteSeconds for how long the prices of a quote bind us; 30
 * @param badSignatures so many, and vip is off for the peer; 3
 * @param offSeconds for so long; 10 minutes
 */
public record SaleSettings(
    long trialSeconds,
    long trialGuaranteedSeconds,
    long trialForgottenSeconds,
    long graceSeconds,
    long lowSeconds,
    int lowPercent,
    long suggestSeconds,
    long quoteSeconds,
    int badSignatures,
    long offSeconds) {

  /** The design's values, without a guaranteed trial. */
  public static final SaleSettings DEFAULT =
      new SaleSettings(180, 0, 4 * 3600, 30, 60, 5, 3600, 30, 3, 600);

  /** Checks ranges. */
  public SaleSettings {
    if (trialSeconds < 0
        || trialGuaranteedSeconds < 0
        || trialGuaranteedSeconds > trialSeconds
        || trialForgottenSeconds < 0
        || graceSeconds < 0
        || lowSeconds < 0
        || lowPercent < 0
        || lowPercent > 100
        || suggestSeconds < 1
        || quoteSeconds < 1
        || badSignatures < 1
        || offSeconds < 0) {
      throw new IllegalArgumentException(
          "times of a sale cannot be negative, and no more of the trial can be guaranteed than"
              + " there is");
    }
  }

  /** The same with another trial. */
  public SaleSettings withTrial(long seconds, long guaranteedSeconds) {
    return new SaleSettings(
        seconds,
        guaranteedSeconds,
        trialForgottenSeconds,
        graceSeconds,
        lowSeconds,
        lowPercent,
        suggestSeconds,
        quoteSeconds,
        badSignatures,
        offSeconds);
  }
}
