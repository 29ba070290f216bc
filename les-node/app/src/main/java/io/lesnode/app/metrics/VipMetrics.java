package io.lesnode.app.metrics;

import io.lesnode.payment.RefusalCode;
import io.lesnode.vip.VipFigures;
import io.lesnode.vipnode.wire.NoticeKind;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.math.BigInteger;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;

/**
 * The metrics of the sale of priority; money in gwei, because a double holds that exactly up to
 * nine million ether. Stateless.
 */
final class VipMetrics {
  private static final BigInteger GWEI = BigInteger.valueOf(1_000_000_000L);

  private final MeterRegistry registry;
  private final Supplier<Optional<VipFigures>> figures;

  private VipMetrics(MeterRegistry registry, Supplier<Optional<VipFigures>> figures) {
    this.registry = registry;
    this.figures = figures;
  }

  static void bind(MeterRegistry registry, Supplier<Optional<VipFigures>> figures) {
    VipMetrics metrics = new VipMetrics(registry, figures);
    metrics.bindClients();
    metrics.bindMoney();
    metrics.bindCounts();
  }

  private void bindClients() {
    gauge("vip/peers", "Peers that speak vip", VipFigures::peers);
    gauge("vip/paying", "Peers that have tokens", VipFigures::paying);
    gauge("vip/trials/running", "Networks in their free trial", VipFigures::inTrial);
    gauge("vip/tokens", "Tokens in existence", VipFigures::tokensOut);
    gauge(
        "vip/price",
        "Wei for a billion tokens",
        f -> f.priceWeiPer1e9().toBigInteger().doubleValue());
  }

  private void bindMoney() {
    money("vip/earned", "What tokens were sold for, gwei", VipFigures::revenueWei);
    money("vip/unspent", "Money of clients that is not tokens yet, gwei", VipFigures::unspentWei);
    money("vip/claims", "What proofs entitle us to on chain, gwei", VipFigures::claimsWei);
    money("vip/cashed", "What settlements brought, gwei", VipFigures::cashedWei);
    money("vip/fees", "What settlements cost, gwei", VipFigures::feesWei);
    money("vip/lost", "Claims that the chain did not honour, gwei", VipFigures::lossWei);
    money("vip/frozen", "Money whose deposit left the chain, gwei", VipFigures::frozenWei);
    money("vip/debts", "What is owed to hosts, gwei", VipFigures::payableWei);
  }

  private void bindCounts() {
    count("vip/payments", "Payments accepted", VipFigures.Counts::payments);
    count("vip/exchanges", "Exchanges of money and tokens", VipFigures.Counts::exchanges);
    count("vip/quotes", "Queries answered", VipFigures.Counts::quotes);
    count("vip/offers", "Offers sent", VipFigures.Counts::offers);
    count("vip/trials/begun", "Free trials begun", VipFigures.Counts::trials);
    count("vip/trials/converted", "Free clients that bought", VipFigures.Counts::converted);
    count("vip/dropped", "Messages over the budget", VipFigures.Counts::dropped);
    count("vip/commits", "Synced writes of the books", VipFigures.Counts::commits);
    count("vip/settlements", "Settlements sent", VipFigures.Counts::settlements);
    gauge(
        "vip/settlements/last",
        "When the last one was sent, seconds since 1970",
        f -> f.counts().lastSettlementSeconds());
    for (RefusalCode code : RefusalCode.values()) {
      count(
          "vip/refused/" + name(code),
          "Refusals, by code",
          counts -> counts.refusals().getOrDefault(code, 0L));
    }
    for (NoticeKind kind : NoticeKind.values()) {
      count(
          "vip/notices/" + name(kind),
          "Notices, by kind",
          counts -> counts.notices().getOrDefault(kind, 0L));
    }
  }

  private static String name(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }

  private void gauge(String name, String description, ToDoubleFunction<VipFigures> value) {
    Gauge.builder(name, figures, f -> f.get().map(value::applyAsDouble).orElse(Double.NaN))
        .description(description)
        .strongReference(true)
        .register(registry);
  }

  private void money(String name, String description, Function<VipFigures, BigInteger> wei) {
    gauge(name, description, f -> wei.apply(f).divide(GWEI).doubleValue());
  }

  private void count(String name, String description, ToLongFunction<VipFigures.Counts> value) {
    FunctionCounter.builder(
            name,
            figures,
            f -> f.get().map(now -> (double) value.applyAsLong(now.counts())).orElse(0.0))
        .description(description)
        .register(registry);
  }
}
