package io.lesnode.benchmarks.sim.vip;

import io.lesnode.benchmarks.sim.scenario.Figure;
import io.lesnode.benchmarks.sim.scenario.Series;
import io.lesnode.les.server.ServiceDesk;
import io.lesnode.payment.RefusalCode;
import io.lesnode.payment.ledger.AccountId;
import io.lesnode.payment.ledger.AccountKind;
import io.lesnode.vip.VipFigures;
import io.lesnode.vipnode.wire.OfferTerms;
import io.lesnode.vipnode.wire.VipMessage;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.tuweni.bytes.Bytes32;
import org.jspecify.annotations.Nullable;

/** Counts what the sale brings, to whom. Confined to the thread of a run. */
final class MoneyFigures {
  private static final String SERVER = "";
  private static final String WEI = "wei";
  private static final String HOUR_PRICE = "wei/h";
  private static final String TOKENS = "tokens";

  private final Marketplace market;
  private final Welfare welfare = new Welfare();
  private final Map<String, List<PayingClient>> groups = new LinkedHashMap<>();
  private final Map<Bytes32, Long> granted = new LinkedHashMap<>();
  private final Map<String, Track> tracks = new LinkedHashMap<>();
  private final Mean price = new Mean();
  private final Mean auctionPrice = new Mean();
  private final Mean auctionUnits = new Mean();
  private final Mean paidCapacity = new Mean();
  private final Mean freeCapacity = new Mean();
  private final Mean totalCapacity = new Mean();
  private @Nullable BigInteger leastPrice;
  private BigInteger mostPrice = BigInteger.ZERO;
  private boolean isOrdered = true;

  MoneyFigures(Marketplace market) {
    this.market = market;
  }

  void onClient(PayingClient client) {
    groups.computeIfAbsent(client.group(), name -> new ArrayList<>()).add(client);
    isOrdered = false;
  }

  void onGranted(Bytes32 id, long tokens) {
    granted.merge(id, tokens, Long::sum);
  }

  // ---- over time

  void onLook(long nanos) {
    if (!isOrdered) {
      welfare.onClients(market.clients());
      isOrdered = true;
    }
    ServiceDesk.Totals totals = totals();
    long supply = totals.totalCapacity() / 100 * market.spec().maxSharePercent();
    welfare.add(supply, nanos);
    paidCapacity.add(totals.priorityCapacity());
    freeCapacity.add(totals.usedCapacity() - totals.priorityCapacity());
    totalCapacity.add(totals.totalCapacity());
    offer()
        .ifPresent(
            terms -> {
              BigInteger now = Prices.hourWei(terms);
              price.add(now);
              leastPrice = leastPrice == null ? now : leastPrice.min(now);
              mostPrice = mostPrice.max(now);
              auctionNow(terms).ifPresent(auctionPrice::add);
            });
    auctionUnits.add(awards().stream().mapToLong(VipMessage.Award::units).sum());
  }

  private ServiceDesk.Totals totals() {
    List<ServiceDesk.Totals> answer = new ArrayList<>(1);
    boolean unused = market.les().withDesk(desk -> answer.add(desk.totals()));
    return answer.getFirst();
  }

  private Optional<OfferTerms> offer() {
    return market.server().offer().map(VipMessage.Offer::terms);
  }

  private List<VipMessage.Award> awards() {
    return market.clients().stream()
        .map(PayingClient::award)
        .flatMap(Optional::stream)
        .filter(award -> award.units() > 0)
        .toList();
  }

  /** What the winners of the auction pay on average for an hour of a unit, in wei. */
  private Optional<BigInteger> auctionNow(OfferTerms terms) {
    long units = 0;
    BigInteger pay = BigInteger.ZERO;
    for (VipMessage.Award award : awards()) {
      units += award.units();
      pay = pay.add(BigInteger.valueOf(award.payPerSecond()));
    }
    if (units == 0) {
      return Optional.empty();
    }
    BigInteger tokens = pay.multiply(BigInteger.valueOf(3_600)).divide(BigInteger.valueOf(units));
    return Optional.of(
        Prices.wei(tokens.min(BigInteger.valueOf(Long.MAX_VALUE)).longValue(), terms));
  }

  void sample() {
    ServiceDesk.Totals totals = totals();
    BigInteger whole = BigInteger.valueOf(totals.totalCapacity());
    add(SERVER, "revenue", WEI, revenue().doubleValue());
    offer()
        .ifPresent(
            terms -> {
              add(SERVER, "price", HOUR_PRICE, Prices.hourWei(terms).doubleValue());
              auctionNow(terms)
                  .ifPresent(wei -> add(SERVER, "auction.price", HOUR_PRICE, wei.doubleValue()));
            });
    add(SERVER, "tokens.out", TOKENS, (double) totals.totalTokens());
    long paid = totals.priorityCapacity();
    add(SERVER, "capacity.paid", "", Mean.ratio(BigInteger.valueOf(paid), whole));
    add(
        SERVER,
        "capacity.free",
        "",
        Mean.ratio(BigInteger.valueOf(totals.usedCapacity() - paid), whole));
    groups.forEach(this::sample);
  }

  private void sample(String group, List<PayingClient> clients) {
    BigInteger spent = BigInteger.ZERO;
    long bought = 0;
    for (PayingClient client : clients) {
      spent = spent.add(client.books.paidWei);
      bought += client.books.purchases > 0 ? 1 : 0;
    }
    add(group, "spent", WEI, spent.doubleValue());
    add(group, "bought", "clients", (double) bought);
    long[] paying = new long[1];
    boolean unused =
        market
            .les()
            .withDesk(
                desk -> {
                  for (PayingClient client : clients) {
                    if (client.isConnected()
                        && desk.client(client.id)
                            .filter(ServiceDesk.Client::priority)
                            .isPresent()) {
                      paying[0]++;
                    }
                  }
                });
    add(group, "paying", "clients", (double) paying[0]);
  }

  private void add(String group, String name, String unit, double value) {
    tracks
        .computeIfAbsent(group + "/" + name, key -> new Track(group, name, unit))
        .add(market.nowNanos(), value);
  }

  private BigInteger revenue() {
    return market.ledger().balance(AccountId.house(AccountKind.REVENUE));
  }

  // ---- in the end

  MoneyResult finish() {
    VipFigures sale = market.server().figures(); // also writes what waits
    Map<Bytes32, Long> left = new Audit(market, granted).check();
    List<Figure> figures = new ArrayList<>();
    ofServer(figures, sale, left);
    groups.forEach((group, clients) -> ofGroup(figures, group, clients, left));
    List<Series> series = tracks.values().stream().map(Track::series).toList();
    return new MoneyResult(series, figures);
  }

  private void ofServer(List<Figure> into, VipFigures sale, Map<Bytes32, Long> left) {
    BigInteger issued = BigInteger.ZERO;
    BigInteger returned = BigInteger.ZERO;
    BigInteger kept = BigInteger.ZERO;
    for (PayingClient client : market.clients()) {
      issued = issued.add(BigInteger.valueOf(market.ledger().issued(client.id)));
      returned = returned.add(BigInteger.valueOf(market.ledger().returned(client.id)));
      kept = kept.add(BigInteger.valueOf(left.getOrDefault(client.id, 0L)));
    }
    into.add(Figure.of(SERVER, "revenue", sale.revenueWei(), WEI));
    into.add(Figure.of(SERVER, "received", sale.claimsWei(), WEI));
    into.add(Figure.of(SERVER, "unspent", sale.unspentWei(), WEI));
    into.add(Figure.of(SERVER, "tokens.issued", issued, TOKENS));
    into.add(Figure.of(SERVER, "tokens.returned", returned, TOKENS));
    into.add(Figure.of(SERVER, "tokens.left", kept, TOKENS));
    into.add(Figure.of(SERVER, "tokens.used", issued.subtract(returned).subtract(kept), TOKENS));
    into.add(Figure.of(SERVER, "price.mean", price.whole(), HOUR_PRICE));
    into.add(
        Figure.of(
            SERVER,
            "price.least",
            Optional.ofNullable(leastPrice).orElse(BigInteger.ZERO),
            HOUR_PRICE));
    into.add(Figure.of(SERVER, "price.most", mostPrice, HOUR_PRICE));
    BigInteger total = totalCapacity.whole();
    into.add(Figure.of(SERVER, "capacity.paid", Mean.ratio(paidCapacity.whole(), total), ""));
    into.add(Figure.of(SERVER, "capacity.free", Mean.ratio(freeCapacity.whole(), total), ""));
    if (!welfare.isEmpty()) {
      into.add(Figure.of(SERVER, "efficiency", welfare.efficiency(), ""));
    }
    if (market.spec().auction()) {
      into.add(Figure.of(SERVER, "auction.price.mean", auctionPrice.whole(), HOUR_PRICE));
      into.add(Figure.of(SERVER, "auction.units.mean", auctionUnits.value(), ""));
    }
    counts(into, sale.counts());
  }

  private static void counts(List<Figure> into, VipFigures.Counts counts) {
    into.add(Figure.of(SERVER, "vip.trials", counts.trials(), ""));
    into.add(Figure.of(SERVER, "vip.converted", counts.converted(), ""));
    into.add(Figure.of(SERVER, "vip.payments", counts.payments(), ""));
    into.add(Figure.of(SERVER, "vip.exchanges", counts.exchanges(), ""));
    into.add(Figure.of(SERVER, "vip.quotes", counts.quotes(), ""));
    into.add(Figure.of(SERVER, "vip.offers", counts.offers(), ""));
    for (RefusalCode code : RefusalCode.values()) {
      long count = counts.refusals().getOrDefault(code, 0L);
      if (count > 0) {
        String name = code.name().toLowerCase(Locale.ROOT).replace('_', '-');
        into.add(Figure.of(SERVER, "vip.refused." + name, count, ""));
      }
    }
  }

  private void ofGroup(
      List<Figure> into, String group, List<PayingClient> clients, Map<Bytes32, Long> left) {
    Tally sums = new Tally();
    for (PayingClient client : clients) {
      sums.add(client, market.ledger(), left.getOrDefault(client.id, 0L));
    }
    into.add(Figure.of(group, "tried", sums.tried, ""));
    into.add(Figure.of(group, "asked", sums.asked, ""));
    into.add(Figure.of(group, "bought", sums.bought, ""));
    into.add(Figure.of(group, "stayed", sums.stayed, ""));
    into.add(Figure.of(group, "purchases", sums.purchases, ""));
    into.add(Figure.of(group, "spent", sums.spentWei, WEI));
    into.add(Figure.of(group, "sold", sums.soldWei, WEI));
    into.add(Figure.of(group, "value", sums.valueWei, WEI));
    into.add(Figure.of(group, "surplus", sums.surplusWei, WEI));
    into.add(Figure.of(group, "tokens.bought", sums.boughtTokens, TOKENS));
    into.add(Figure.of(group, "tokens.sold", sums.soldTokens, TOKENS));
    into.add(Figure.of(group, "tokens.left", sums.leftTokens, TOKENS));
    into.add(Figure.of(group, "vip.refused", sums.refusals, ""));
    into.add(Figure.of(group, "vip.faults", sums.faults, ""));
  }
}
