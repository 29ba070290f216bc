package io.lesnode.benchmarks.sim.scenario;

import io.lesnode.vip.VipServerConfig;
import io.lesnode.vipnode.server.SaleSettings;
import org.apache.tuweni.units.bigints.UInt256;

/**
 * How the server sells; immutable. What is not named here is as in {@link VipServerConfig#DEFAULT}.
 *
 * @param hourPriceWei the least price of an hour at the least capacity
 * @param trialSeconds free service at first
 * @param trialGuaranteedSeconds how much of it is promised
 * @param trialForgottenSeconds after so long without service a network has a trial again
 * @param graceSeconds for how long tokens that are used up change nothing
 * @param maxSharePercent how much of the capacity paying clients may have
 * @param auction whether capacity above the least is auctioned as well
 * @param tokenExpirySeconds tokens fall by the factor e in so many seconds, 0: they keep
 * @param offerSeconds for how long an offer holds
 * @param priceChangePercent a client hears at once of a price that moved by more than this
 */
public record VipSpec(
    UInt256 hourPriceWei,
    long trialSeconds,
    long trialGuaranteedSeconds,
    long trialForgottenSeconds,
    long graceSeconds,
    int maxSharePercent,
    boolean auction,
    long tokenExpirySeconds,
    long offerSeconds,
    int priceChangePercent) {

  /** As the server's own defaults. */
  public static final VipSpec DEFAULT = of(VipServerConfig.DEFAULT);

  /** Checks ranges as the server does. */
  public VipSpec {
    config(
        hourPriceWei,
        trialSeconds,
        trialGuaranteedSeconds,
        trialForgottenSeconds,
        graceSeconds,
        maxSharePercent,
        auction,
        tokenExpirySeconds,
        offerSeconds,
        priceChangePercent);
  }

  private static VipSpec of(VipServerConfig config) {
    return new VipSpec(
        config.hourPriceWei(),
        config.sale().trialSeconds(),
        config.sale().trialGuaranteedSeconds(),
        config.sale().trialForgottenSeconds(),
        config.sale().graceSeconds(),
        config.maxSharePercent(),
        config.auction(),
        config.expirySeconds(),
        config.offerSeconds(),
        config.priceChangePercent());
  }

  /** The configuration of the real server. */
  public VipServerConfig config() {
    return config(
        hourPriceWei,
        trialSeconds,
        trialGuaranteedSeconds,
        trialForgottenSeconds,
        graceSeconds,
        maxSharePercent,
        auction,
        tokenExpirySeconds,
        offerSeconds,
        priceChangePercent);
  }

  private static VipServerConfig config(
      UInt256 hourPriceWei,
      long trialSeconds,
      long trialGuaranteedSeconds,
      long trialForgottenSeconds,
      long graceSeconds,
      int maxSharePercent,
      boolean auction,
      long tokenExpirySeconds,
      long offerSeconds,
      int priceChangePercent) {
    SaleSettings usual = SaleSettings.DEFAULT;
    SaleSettings sale =
        new SaleSettings(
            trialSeconds,
            trialGuaranteedSeconds,
            trialForgottenSeconds,
            graceSeconds,
            usual.lowSeconds(),
            usual.lowPercent(),
            usual.suggestSeconds(),
            usual.quoteSeconds(),
            usual.badSignatures(),
            usual.offSeconds());
    VipServerConfig defaults = VipServerConfig.DEFAULT;
    return new VipServerConfig(
        sale,
        hourPriceWei,
        maxSharePercent,
        auction,
        tokenExpirySeconds,
        offerSeconds,
        priceChangePercent,
        defaults.settleSeconds(),
        defaults.settleAtEnd());
  }
}
