package io.lesnode.benchmarks.sim.vip;

import io.lesnode.benchmarks.sim.engine.ClientBehaviour;
import io.lesnode.benchmarks.sim.engine.SimClient;
import io.lesnode.benchmarks.sim.engine.SimConnection;
import io.lesnode.benchmarks.sim.scenario.Demand;
import io.lesnode.benchmarks.sim.scenario.Strategy;
import io.lesnode.devp2p.Capability;
import io.lesnode.flowcontrol.client.ServerCredit;
import io.lesnode.flowcontrol.cost.RequestKind;
import io.lesnode.vipnode.wire.VipCapability;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** An obedient light client of the engine that speaks vip beside LES, and what it sees of both. */
final class PayingBehaviour implements ClientBehaviour, ServiceSeen {
  private static final Capability VIP =
      new Capability(VipCapability.NAME, VipCapability.VERSION, VipCapability.MESSAGE_COUNT);

  private final Marketplace market;
  private final SimClient les;
  private final boolean asks;
  private final long patienceNanos;
  private @Nullable PayingClient client;
  private long answers;
  private long flaws;
  private long askedCost;
  private boolean isGone;

  PayingBehaviour(Marketplace market, SimClient les, Demand demand, Strategy.Paying strategy) {
    this.market = market;
    this.les = les;
    this.asks = !(demand instanceof Demand.Connect);
    this.patienceNanos =
        strategy instanceof Strategy.TrialUser user ? user.patienceNanos() : Long.MAX_VALUE;
  }

  /** Whose behaviour it is; to be called once, before anything else. */
  void become(PayingClient paying) {
    client = paying;
  }

  @Override
  public void onConnecting(SimConnection connection) {
    PayingClient paying = Objects.requireNonNull(client);
    if (isGone) {
      les.go();
    } else {
      connection.join(VIP, link -> market.server().accept(link, VIP), paying::accept);
    }
  }

  @Override
  public void onConnected(SimConnection connection) {
    answers = asks ? 0 : 1;
    flaws = 0;
    askedCost = 0;
  }

  /** What may be sent now is sent: its cost is counted here. */
  @Override
  public long waitNanos(ServerCredit credit, long maxCost, long nowNanos) {
    long waitNanos = credit.canSend(maxCost, nowNanos).waitNanos();
    if (waitNanos == 0) {
      askedCost += maxCost;
    }
    return waitNanos;
  }

  @Override
  public void onAnswer(RequestKind kind, long latencyNanos) {
    answers++;
    if (latencyNanos > patienceNanos) {
      flaws++;
    }
  }

  @Override
  public void onStop() {
    flaws++;
  }

  @Override
  public long answers() {
    return answers;
  }

  @Override
  public long flaws() {
    return flaws;
  }

  @Override
  public long askedCost() {
    return askedCost;
  }

  @Override
  public long capacity() {
    return les.capacity();
  }

  @Override
  public void leave() {
    isGone = true;
    les.go();
  }
}
