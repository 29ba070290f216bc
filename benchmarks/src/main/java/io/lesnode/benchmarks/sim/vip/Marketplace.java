package io.lesnode.benchmarks.sim.vip;

import io.lesnode.benchmarks.sim.scenario.Capacity;
import io.lesnode.benchmarks.sim.scenario.Strategy;
import io.lesnode.benchmarks.sim.scenario.VipSpec;
import io.lesnode.devp2p.NodeId;
import io.lesnode.les.server.ServiceForSale;
import io.lesnode.payment.ledger.Ledger;
import io.lesnode.payment.ledger.MemoryLedgerStore;
import io.lesnode.payment.testmoney.TestMoneyMethod;
import io.lesnode.primitives.crypto.KeyPair;
import io.lesnode.vip.VipHost;
import io.lesnode.vip.VipServer;
import io.lesnode.vip.VipSettlements;
import io.lesnode.vipnode.client.Demand;
import java.math.BigInteger;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;

/**
 * The vip server of a simulation with all who pay it. The server, its sales, books, prices, auction
 * and the buyers' decisions are the code of the node; money is test money and its books are in
 * memory. The engine makes it beside its LES server and has it sampled.
 */
public final class Marketplace implements AutoCloseable {

  /** The most that one payer may pay in total: no limit in practice. */
  static final UInt256 TEST_MONEY_LIMIT_WEI = UInt256.ONE.shiftLeft(127);

  /** The calendar begins here in every simulation: the time itself means nothing. */
  private static final long EPOCH_SECONDS = 1_700_000_000L;

  private static final long CHAIN_ID = 1337;
  private static final long SECOND_NANOS = 1_000_000_000L;

  /** So many clients are looked at in a second of virtual time, to keep the cost bounded. */
  private static final int CLIENTS_PER_SECOND = 2_000;

  private final VipSpec spec;
  private final ServiceForSale les;
  private final VipHost host;
  private final KeyPair nodeKey;
  private final Bytes32 serverId;
  private final Bytes32 genesisHash;
  private final InstantSource clock;
  private final Ledger ledger;
  private final VipServer server;
  private final Map<Bytes32, PayingClient> clients = new LinkedHashMap<>();
  private final MoneyFigures figures;
  private boolean ended;

  /**
   * Opens the sale at the present moment of the host.
   *
   * @param les the LES server, driven by the same host; without clients yet
   * @param nodeKey of the server
   */
  public Marketplace(
      VipSpec spec, ServiceForSale les, VipHost host, KeyPair nodeKey, Bytes32 genesisHash) {
    this.spec = spec;
    this.les = les;
    this.host = host;
    this.nodeKey = nodeKey;
    this.serverId = NodeId.of(nodeKey.publicKey()).hash();
    this.genesisHash = genesisHash;
    this.clock =
        () ->
            Instant.ofEpochSecond(
                EPOCH_SECONDS + host.nowNanos() / SECOND_NANOS, host.nowNanos() % SECOND_NANOS);
    this.ledger = Ledger.open(new MemoryLedgerStore());
    this.server =
        VipServer.start(
            spec.config(),
            new VipServer.Parts(
                les,
                ledger,
                List.of(new TestMoneyMethod(TEST_MONEY_LIMIT_WEI)),
                Optional.empty(),
                nodeKey,
                CHAIN_ID,
                genesisHash,
                clock,
                VipSettlements.none()),
            host);
    this.figures = new MoneyFigures(this);
    later(SECOND_NANOS, this::look);
  }

  /**
   * Makes a client, which is not connected yet.
   *
   * @param group its name in figures
   * @param id the hash of its node key
   * @param random its own; so many numbers are drawn whatever the strategy says
   */
  public PayingClient client(
      String group,
      Bytes32 id,
      Strategy.Paying strategy,
      SplittableRandom random,
      ServiceSeen seen) {
    SplittableRandom values = random.split();
    SplittableRandom capacities = random.split();
    double draw = random.nextDouble();
    PayingClient made =
        switch (strategy) {
          case Strategy.Buyer buyer ->
              new ShoppingClient(
                  this,
                  person(
                      group,
                      id,
                      buyer.maxHourPriceWei().toUnsignedBigInteger(),
                      buyer.capacity(),
                      capacities,
                      seen),
                  buyer.budget(),
                  true,
                  Demand.STANDARD.patienceSeconds());
          case Strategy.PriceSensitive buyer ->
              new ShoppingClient(
                  this,
                  person(
                      group,
                      id,
                      Tastes.value(buyer.value(), values),
                      buyer.capacity(),
                      capacities,
                      seen),
                  buyer.budget(),
                  true,
                  Demand.STANDARD.patienceSeconds());
          case Strategy.TrialUser user ->
              new TrialClient(
                  this,
                  person(
                      group,
                      id,
                      Tastes.value(user.value(), values),
                      user.capacity(),
                      capacities,
                      seen),
                  user,
                  draw);
          case Strategy.Bidder bidder ->
              new BiddingClient(
                  this,
                  person(
                      group,
                      id,
                      Tastes.value(bidder.value(), values),
                      bidder.capacity(),
                      capacities,
                      seen),
                  bidder);
          case Strategy.Hoarder hoarder ->
              new HoardingClient(
                  this,
                  new PayingClient.Person(group, id, PayingClient.Wish.NOTHING, seen),
                  hoarder);
          case Strategy.Speculator speculator ->
              new SpeculatingClient(
                  this,
                  new PayingClient.Person(group, id, PayingClient.Wish.NOTHING, seen),
                  speculator);
        };
    if (clients.putIfAbsent(id, made) != null) {
      throw new IllegalArgumentException("two clients have one name: " + id);
    }
    figures.onClient(made);
    return made;
  }

  private static PayingClient.Person person(
      String group,
      Bytes32 id,
      BigInteger hourWei,
      Capacity capacity,
      SplittableRandom random,
      ServiceSeen seen) {
    return new PayingClient.Person(
        group,
        id,
        new PayingClient.Wish(hourWei, capacity.unit(), Tastes.wanted(capacity, random)),
        seen);
  }

  /** Changes the least price of an hour at the least capacity, as the operator can. */
  public void setHourPrice(UInt256 wei) {
    server.setHourPrice(wei);
  }

  /** The operator gave a client tokens beside the sale; they are not counted as bought. */
  public void onGranted(Bytes32 id, long tokens) {
    figures.onGranted(id, tokens);
  }

  /** Takes a point of every series. */
  public void sample() {
    figures.sample();
  }

  /**
   * Ends the sale and counts.
   *
   * @throws IllegalStateException if money or tokens were lost or came from nowhere; the message
   *     names the client
   */
  public MoneyResult finish() {
    MoneyResult result = figures.finish();
    server.close();
    ended = true;
    return result;
  }

  /** Looks at everybody once in a while, to add up what service was worth. */
  private void look() {
    long everyNanos = SECOND_NANOS * (1 + clients.size() / CLIENTS_PER_SECOND);
    figures.onLook(everyNanos);
    later(everyNanos, this::look);
  }

  /** What sells: to be joined to connections beside LES, on the server's end. */
  public VipServer server() {
    return server;
  }

  // ---- for clients and figures

  ServiceForSale les() {
    return les;
  }

  Ledger ledger() {
    return ledger;
  }

  VipSpec spec() {
    return spec;
  }

  List<PayingClient> clients() {
    return new ArrayList<>(clients.values());
  }

  InstantSource clock() {
    return clock;
  }

  long nowNanos() {
    return host.nowNanos();
  }

  long unixSeconds() {
    return EPOCH_SECONDS + host.nowNanos() / SECOND_NANOS;
  }

  /** Nothing happens after the sale has ended. */
  void later(long delayNanos, Runnable task) {
    if (!ended) {
      host.schedule(
          delayNanos,
          () -> {
            if (!ended) {
              task.run();
            }
          });
    }
  }

  UInt256 chainId() {
    return UInt256.valueOf(CHAIN_ID);
  }

  Bytes32 genesisHash() {
    return genesisHash;
  }

  Bytes32 serverId() {
    return serverId;
  }

  Bytes serverKey() {
    return nodeKey.publicKey();
  }

  /** The least price that the operator asked at first for an hour at the least capacity. */
  BigInteger leastHourWei() {
    return spec.hourPriceWei().toUnsignedBigInteger();
  }

  @Override
  public void close() {
    ledger.close();
  }
}
