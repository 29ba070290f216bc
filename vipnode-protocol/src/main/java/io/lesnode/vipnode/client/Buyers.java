package io.lesnode.vipnode.client;

import io.lesnode.payment.Counterparty;
import io.lesnode.payment.MethodTerms;
import io.lesnode.primitives.Address;
import io.lesnode.vipnode.wire.OfferTerms;
import io.lesnode.vipnode.wire.VipMessage;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;

/**
 * All servers that we deal with: one budget, one demand, and the choice whom to pay. A value
 * machine, confined to its owner; the owner carries out the actions and feeds messages, outcomes
 * and time. Call {@link #tick} about once a second.
 *
 * <p>Who is paid: of the connected servers that sell, those with the highest service value for
 * their price, at most as many as the demand says; who is paid already stays unless another is
 * worth twice as much.
 */
public final class Buyers {
  private static final int MOST_BUYERS = 256;
  private static final long CHOICE_SECONDS = 10;

  private final Context context;
  private final BiConsumer<Bytes32, BuyerAction> out;
  private final Map<Bytes32, Buyer> buyers = new HashMap<>();
  private final Set<Bytes32> connected = new HashSet<>();
  private Set<Bytes32> chosen = Set.of();
  private long nextChoiceNanos;
  private boolean chose;

  /**
   * Starts without servers.
   *
   * @param payAddress the account that pays; empty: money is kept under our node id
   * @param out takes what is to be done for a server, at once and in this order
   */
  public Buyers(
      Bytes32 nodeId,
      UInt256 chainId,
      Bytes32 genesisHash,
      Optional<Address> payAddress,
      Demand demand,
      Budget budget,
      ServiceValue value,
      BiConsumer<Bytes32, BuyerAction> out) {
    this.context =
        new Context(
            new BuyerContext.Self(nodeId, chainId, genesisHash, payAddress), demand, budget, value);
    this.out = out;
  }

  /** What may be spent. */
  public Budget budget() {
    return context.budget;
  }

  /** What is wanted. */
  public Demand demand() {
    return context.demand;
  }

  /** Changes what is wanted. */
  public void demand(Demand changed) {
    context.demand = changed;
  }

  /** vip was agreed on with a server. */
  public void onConnected(Bytes32 server, Bytes nodeKey, Moment now) {
    Buyer buyer = buyers.get(server);
    if (buyer == null) {
      if (buyers.size() >= MOST_BUYERS) {
        buyers.keySet().stream()
            .filter(id -> !connected.contains(id))
            .findFirst()
            .ifPresent(buyers::remove);
      }
      buyer =
          new Buyer(
              context,
              new BuyerContext.Server(server, nodeKey),
              action -> out.accept(server, action));
      buyers.put(server, buyer);
    }
    connected.add(server);
    choose(now);
    buyer.onConnected(now);
  }

  /** The connection with a server ended. */
  public void onDisconnected(Bytes32 server, String reason) {
    connected.remove(server);
    find(server).ifPresent(buyer -> buyer.onDisconnected(reason));
  }

  /** A server sent what is no message, or too many. */
  public void onBroken(Bytes32 server, String reason, Moment now) {
    find(server).ifPresent(buyer -> buyer.onBroken(reason, now));
  }

  /** A message came. */
  public void onMessage(Bytes32 server, VipMessage message, Moment now) {
    if (connected.contains(server)) {
      find(server).ifPresent(buyer -> buyer.onMessage(message, now));
    }
  }

  /** Work of the payer ended. */
  public void onOutcome(Bytes32 server, BuyerAction.Work work, PayerOutcome outcome, Moment now) {
    find(server).ifPresent(buyer -> buyer.onOutcome(work, outcome, now));
  }

  /** A new head of the chain. */
  public void onHead(Moment now) {
    List.copyOf(connected).forEach(id -> find(id).ifPresent(buyer -> buyer.onHead(now)));
  }

  /** Time passes. */
  public void tick(Moment now) {
    if (!chose || now.reached(nextChoiceNanos)) {
      choose(now);
    }
    List.copyOf(connected).forEach(id -> find(id).ifPresent(buyer -> buyer.onTick(now)));
  }

  /** Buys from a server without watching its free service; false if it is not known. */
  public boolean buyNow(Bytes32 server, Moment now) {
    Optional<Buyer> found = find(server).filter(buyer -> connected.contains(server));
    if (found.isPresent()) {
      Set<Bytes32> more = new HashSet<>(chosen);
      more.add(server);
      chosen = more;
      nextChoiceNanos = now.in(CHOICE_SECONDS);
      chose = true;
      found.get().buyNow(now);
    }
    return found.isPresent();
  }

  /** Ends the deal with a server; false if it is not connected. */
  public boolean close(Bytes32 server, Moment now) {
    Optional<Buyer> found = find(server).filter(buyer -> connected.contains(server));
    found.ifPresent(buyer -> buyer.close(now));
    return found.isPresent();
  }

  /**
   * Asks what a capacity costs; the answer comes once, on this thread.
   *
   * @param capacity 0: what the demand says
   */
  public void quote(
      Bytes32 server, long capacity, long staySeconds, Consumer<QuoteAnswer> answer, Moment now) {
    find(server)
        .ifPresentOrElse(
            buyer -> buyer.quote(capacity, staySeconds, answer, now),
            () -> answer.accept(new QuoteAnswer.None("no server of this id speaks vip with us")));
  }

  /** How the deals stand; connected ones first. */
  public List<BuyerView> views(Moment now) {
    List<BuyerView> views = new ArrayList<>();
    buyers.values().forEach(buyer -> views.add(buyer.view(now)));
    views.sort(
        Comparator.comparing(BuyerView::connected)
            .reversed()
            .thenComparing(view -> view.server().toHexString()));
    return views;
  }

  /** A server as payers know it; empty if it is not known. */
  public Optional<Counterparty> counterparty(Bytes32 server) {
    return find(server).map(Buyer::counterparty);
  }

  /** The payment method for a server and its terms. */
  public Optional<MethodTerms> method(Bytes32 server) {
    return find(server).flatMap(Buyer::method);
  }

  /** The newest offer of a server. */
  public Optional<OfferTerms> terms(Bytes32 server) {
    return find(server).flatMap(Buyer::terms);
  }

  private Optional<Buyer> find(Bytes32 server) {
    return Optional.ofNullable(buyers.get(server));
  }

  private void choose(Moment now) {
    chose = true;
    nextChoiceNanos = now.in(CHOICE_SECONDS);
    List<Candidate> candidates = new ArrayList<>();
    for (Bytes32 id : connected) {
      Optional<OfferTerms> terms = find(id).flatMap(Buyer::terms);
      if (terms.isPresent()) {
        long value = context.value.of(id).valueMicro();
        boolean keeps = chosen.contains(id);
        candidates.add(
            new Candidate(
                id,
                BigInteger.valueOf(value).multiply(BigInteger.valueOf(keeps ? 2 : 1)),
                terms.get().tokenPriceWeiPer1e9().toUnsignedBigInteger().max(BigInteger.ONE)));
      }
    }
    candidates.sort(null);
    Set<Bytes32> best = new HashSet<>();
    candidates.stream()
        .limit(context.demand.maxPaidServers())
        .forEach(candidate -> best.add(candidate.server()));
    if (candidates.size() < connected.size() && best.size() < context.demand.maxPaidServers()) {
      best.addAll(connected); // those without an offer yet: nothing is known against them
    }
    chosen = best;
  }

  /** A server and what it is worth for its price; the best comes first. */
  private record Candidate(Bytes32 server, BigInteger value, BigInteger price)
      implements Comparable<Candidate> {
    @Override
    public int compareTo(Candidate other) {
      int byWorth = other.value.multiply(price).compareTo(value.multiply(other.price));
      return byWorth != 0 ? byWorth : server.compareTo(other.server);
    }
  }

  /** What all buyers share. */
  private final class Context implements BuyerContext {
    private final Self self;
    private final Budget budget;
    private final ServiceValue value;
    private Demand demand;
    private long requestId;

    private Context(Self self, Demand demand, Budget budget, ServiceValue value) {
      this.self = self;
      this.demand = demand;
      this.budget = budget;
      this.value = value;
    }

    @Override
    public Self self() {
      return self;
    }

    @Override
    public Demand demand() {
      return demand;
    }

    @Override
    public Budget budget() {
      return budget;
    }

    @Override
    public boolean mayBuy(Bytes32 server) {
      return chosen.contains(server);
    }

    @Override
    public ServiceValue.Served served(Bytes32 server) {
      return value.of(server);
    }

    @Override
    public long nextRequestId() {
      return ++requestId;
    }
  }
}
