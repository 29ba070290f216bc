package io.lesnode.les.server;

import io.lesnode.devp2p.PeerLink;
import io.lesnode.flowcontrol.cost.CostTable;
import io.lesnode.flowcontrol.pool.PriceFactors;
import io.lesnode.flowcontrol.server.RechargeCurve;
import io.lesnode.flowcontrol.server.ServingQueue;
import io.lesnode.les.wire.LesVersion;
import io.lesnode.primitives.crypto.KeyPair;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.function.LongFunction;
import org.apache.tuweni.bytes.Bytes32;

/**
 * The LES server without threads and without a clock of its own: a host drives it, for experiments
 * on simulated time. Handshake, admission, queue, pauses, settlement, cost factor, total capacity,
 * freezes, client pool and announcements of capacity are the code of {@link LesServer}; only the
 * serving threads and what is served are the host's {@link ServingModel}.
 *
 * <p>Confined to the host's loop: every method is called there, outside of other calls, and takes
 * effect before it returns. What follows from it later comes through {@link NodeLoop}. Nothing is
 * remembered beyond the process.
 */
public final class DrivenServer implements ServiceForSale {

  private final NodeLoop loop;
  private final WorkerPool workers;
  private final ServerState state;
  private final AdminDesk admin;
  private final ServiceDesk desk;

  /**
   * What a host provides.
   *
   * @param loop its loop; {@code execute} runs a task after the one that is running
   * @param model what requests take and give
   * @param nodeKey signs announcements
   * @param clock stamps the log of events
   * @param random chooses how long clients stay frozen
   */
  public record Parts(
      ServedChain chain,
      NodeLoop loop,
      ServingModel model,
      KeyPair nodeKey,
      InstantSource clock,
      SplittableRandom random) {}

  /** A server that runs from now on. */
  public DrivenServer(LesServerConfig config, Parts parts) {
    loop = parts.loop();
    workers =
        new WorkerPool(
            loop,
            new DrivenThreads(loop, parts.model()),
            new ServingQueue<>(config.servePercent(), config.workerThreads(), loop.nowNanos()));
    state =
        new ServerState(
            config,
            new ServerState.Parts(
                parts.chain(),
                loop,
                workers,
                ServerMemory.NONE,
                Remembered.NOTHING,
                parts.nodeKey(),
                parts.clock(),
                parts.random()));
    admin = new AdminDesk(state);
    desk = new ServiceDesk(state);
    state.start();
  }

  /**
   * A peer has connected: it is greeted, and what the server sends goes to the link from now on.
   *
   * @param link must not call back before it returns
   */
  public DrivenPeer accept(PeerLink link, LesVersion version) {
    Backlog backlog = new Backlog(link);
    ServedPeer peer = new ServedPeer(state, link, version, backlog);
    DrivenPeer driven = new DrivenPeer(state, peer, backlog);
    state.onPeerAccepted(peer);
    return driven;
  }

  @Override
  public void setSeller(ServiceListener seller) {
    state.clients().setSeller(seller);
  }

  /** Carries the order out at once. */
  @Override
  public boolean withDesk(Consumer<ServiceDesk> order) {
    order.accept(desk);
    return true;
  }

  /** Whether blocks are being imported. */
  public void setImporting(boolean importing) {
    state.setImporting(importing);
  }

  /** Whether the chain is complete. */
  public void setSynced(boolean synced) {
    state.setSynced(synced);
  }

  /**
   * Replaces the curve by which clients get more than they were promised while no block is
   * imported.
   *
   * @param curve makes it for a total recharge in units per millisecond
   */
  public void setIdleCurve(LongFunction<RechargeCurve> curve) {
    state.budget().setIdleCurve(curve);
  }

  /**
   * Changes how the client pool reckons.
   *
   * @param positive what service costs those who have tokens
   * @param negative what it counts for those who have none
   * @param positiveSeconds in which tokens fall by the factor e, 0: they keep
   * @param negativeSeconds the same for what was had for nothing, 0: never forgotten
   */
  public void setPoolPrices(
      PriceFactors positive, PriceFactors negative, long positiveSeconds, long negativeSeconds) {
    boolean unused =
        state
            .clients()
            .withPool(
                pool -> {
                  pool.setDefaultFactors(positive, negative);
                  pool.setTimeConstants(positiveSeconds, negativeSeconds, loop.nowNanos());
                  return true;
                });
  }

  // ---- the operator's side, as in LesAdmin

  /** Changes parameters of connected clients. */
  public void setClientParams(Collection<Bytes32> ids, ClientParams params) {
    admin.setClientParams(List.copyOf(ids), params);
  }

  /** Adds tokens to a balance, or takes some. */
  public BalanceChange addBalance(Bytes32 id, long amount) {
    return admin.addBalance(id, amount, stored -> {});
  }

  /** Changes how much better a newcomer must be than who is connected. */
  public void setConnectedBias(long biasNanos) {
    admin.setConnectedBias(biasNanos);
  }

  /** Freezes a client. */
  public void freezeClient(Bytes32 id) {
    admin.freezeClient(id);
  }

  /** Capacities and counts of clients. */
  public ServerInfo info() {
    return admin.serverInfo();
  }

  /** What is known of clients. */
  public Map<Bytes32, ClientInfo> clientInfo(Collection<Bytes32> ids) {
    return admin.clientInfo(ids);
  }

  /** All counters. */
  public ServerFigures figures() {
    return admin.figures();
  }

  /** How much waits and runs. */
  public ServingQueue.Load load() {
    return workers.load();
  }

  /** The maximum costs that a client that connects now is promised. */
  public CostTable costTable() {
    return state.budget().costTable();
  }

  /** What all clients may get together now, in units per millisecond. */
  public long totalRecharge() {
    return state.budget().globalFactor().totalRecharge();
  }

  /** The total capacity that clients may be given now. */
  public long totalCapacity() {
    return state.clients().totalCapacity().applied();
  }

  /** The capacity that is given to clients. */
  public long usedCapacity() {
    return state.clients().totals().activeCapacity();
  }
}
