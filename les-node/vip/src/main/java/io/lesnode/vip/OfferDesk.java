package io.lesnode.vip;

import io.lesnode.les.server.ServiceDesk;
import io.lesnode.payment.MethodId;
import io.lesnode.payment.PaymentMethod;
import io.lesnode.primitives.crypto.KeyPair;
import io.lesnode.vipnode.price.BondingCurve;
import io.lesnode.vipnode.price.MarketSettings;
import io.lesnode.vipnode.price.ServicePrice;
import io.lesnode.vipnode.price.TokenMarket;
import io.lesnode.vipnode.wire.OfferTerms;
import io.lesnode.vipnode.wire.VipMessage;
import io.lesnode.vipnode.wire.VipSignatures;
import java.math.BigInteger;
import java.util.List;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;

/** Makes and signs offers, and knows the law of prices. Confined to the ledger loop. */
final class OfferDesk {
  private static final long HOUR_SECONDS = 3600;
  private static final int PERCENT = 100;

  private final KeyPair nodeKey;
  private final List<Integer> methods;
  private List<Bytes32> pools = List.of();
  private VipServerConfig config;
  private ServiceDesk.Totals totals = new ServiceDesk.Totals(1, 0, 0, 0, 0, true);
  private OfferTerms.Factors factors = OfferTerms.Factors.DEFAULT;
  private long lastSeq;

  OfferDesk(VipServerConfig config, KeyPair nodeKey, List<PaymentMethod> methods) {
    this.config = config;
    this.nodeKey = nodeKey;
    this.methods = methods.stream().map(PaymentMethod::id).map(MethodId::number).sorted().toList();
  }

  VipServerConfig config() {
    return config;
  }

  void setConfig(VipServerConfig next) {
    config = next;
  }

  void setPools(List<Bytes32> next) {
    pools = List.copyOf(next);
  }

  ServiceDesk.Totals totals() {
    return totals;
  }

  OfferTerms.Factors factors() {
    return factors;
  }

  void onTotals(ServiceDesk.Totals next, OfferTerms.Factors priceFactors) {
    totals = next;
    factors = priceFactors;
  }

  // ---- prices

  /** The unit price that the operator set, with 64 fractional bits. */
  BigInteger priceQ64() {
    long tokens = ServicePrice.tokensFor(factors, totals.minCapacity(), HOUR_SECONDS);
    return config
        .hourPriceWei()
        .toBigInteger()
        .shiftLeft(BondingCurve.PRICE_BITS)
        .divide(BigInteger.valueOf(Math.max(1, tokens)))
        .max(BigInteger.ONE);
  }

  MarketSettings marketSettings() {
    BigInteger price = priceQ64();
    MarketSettings drafted = MarketSettings.withFloor(price);
    return new MarketSettings(
        drafted.baseDriftSeconds(),
        drafted.limitDriftSeconds(),
        drafted.freeTargetMicro(),
        price,
        drafted.maxBasePriceQ64().max(price),
        price);
  }

  long maxTokenLimit() {
    return TokenMarket.maxTokenLimit(
        Math.max(totals.minCapacity(), totals.totalCapacity()),
        Math.max(1, factors.capacityMicro()));
  }

  /** Which part of the capacity nobody uses, in millionths. */
  long freeShareMicro() {
    long total = Math.max(1, totals.totalCapacity());
    long free = Math.max(0, total - totals.usedCapacity());
    return BigInteger.valueOf(free)
        .multiply(BigInteger.valueOf(1_000_000))
        .divide(BigInteger.valueOf(total))
        .longValueExact();
  }

  /** A market at the operator's price that has sold nothing. */
  TokenMarket opening(long nowSeconds) {
    return TokenMarket.opening(marketSettings(), maxTokenLimit(), priceQ64(), nowSeconds);
  }

  /** What 10^9 tokens cost now; the base price where none can be had. */
  static UInt256 price(TokenMarket market) {
    return UInt256.valueOf(
        market
            .curve()
            .unitPriceWeiPer1e9()
            .orElseGet(() -> BondingCurve.weiPer1e9(market.curve().basePriceQ64())));
  }

  /** How much capacity paying clients may have together. */
  long priorityCapacity() {
    return totals.totalCapacity() / PERCENT * config.maxSharePercent();
  }

  // ---- offers

  /**
   * What is offered now.
   *
   * @param trialLeftSeconds of whom it is made to; for everybody, the whole trial
   */
  OfferTerms terms(
      TokenMarket market, long trialLeftSeconds, long guaranteedSeconds, long nowMillis) {
    // numbers rise over restarts too, as long as the clock does
    lastSeq = Math.max(lastSeq + 1, nowMillis);
    long nowSeconds = nowMillis / 1000;
    return new OfferTerms(
        lastSeq,
        nowSeconds,
        nowSeconds + config.offerSeconds(),
        "eth",
        price(market),
        UInt256.valueOf(BondingCurve.weiPer1e9(market.curve().basePriceQ64())),
        market.curve().soldTokens(),
        market.curve().tokenLimit(),
        factors,
        totals.minCapacity(),
        Math.max(0, totals.totalCapacity() - totals.priorityCapacity()),
        totals.totalCapacity(),
        priorityCapacity(),
        trialLeftSeconds,
        Math.min(trialLeftSeconds, guaranteedSeconds),
        config.expirySeconds(),
        config.auction() ? totals.minCapacity() : 0,
        methods,
        pools);
  }

  VipMessage.Offer sign(OfferTerms terms) {
    return VipMessage.Offer.of(terms, nodeKey.sign(VipSignatures.offerDigest(terms)).toBytes65());
  }

  /** Whether a price has moved so far that whoever knows the other one must hear of it. */
  boolean isNews(OfferTerms offered, TokenMarket market) {
    BigInteger before = offered.tokenPriceWeiPer1e9().toBigInteger();
    BigInteger now = price(market).toBigInteger();
    BigInteger moved = now.subtract(before).abs().multiply(BigInteger.valueOf(PERCENT));
    return moved.compareTo(before.multiply(BigInteger.valueOf(config.priceChangePercent()))) > 0;
  }
}
