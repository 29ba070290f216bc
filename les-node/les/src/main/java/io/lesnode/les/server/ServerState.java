package io.lesnode.les.server;

import io.lesnode.flowcontrol.CreditParams;
import io.lesnode.flowcontrol.cost.CostModel;
import io.lesnode.flowcontrol.cost.GlobalCostFactor;
import io.lesnode.flowcontrol.cost.RequestKind;
import io.lesnode.flowcontrol.server.CreditManager;
import io.lesnode.flowcontrol.server.RechargeCurve;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import org.apache.tuweni.bytes.Bytes32;
import org.jspecify.annotations.Nullable;

/** Everything that the node loop of a LES server owns; confined to the node loop. */
final class ServerState {

  private static final long CAPACITY_REFRESH_NANOS = 60_000_000_000L;

  /** A smaller global cost factor is not believed when serving times are reckoned from costs. */
  private static final double SMALLEST_FACTOR = 0.001;

  private final LesServerConfig config;
  private final ServedChain chain;
  private final NodeLoop loop;
  private final ServingPool workers;
  private final Handshake handshake;
  private final CostModel model;
  private final GlobalCostFactor globalFactor;
  private final CreditManager credits;
  private final SplittableRandom random;
  private final Set<ServedPeer> peers = new HashSet<>();
  private final Set<ServedClient> clients = new HashSet<>();
  private @Nullable HeadAnnouncement lastHead;
  private boolean synced = true;
  private boolean importing;

  ServerState(
      LesServerConfig config,
      ServedChain chain,
      NodeLoop loop,
      ServingPool workers,
      SplittableRandom random) {
    this.config = config;
    this.chain = chain;
    this.loop = loop;
    this.workers = workers;
    this.random = random;
    this.handshake = new Handshake(config, chain);
    this.model = config.costModel();
    long nowNanos = loop.nowNanos();
    this.globalFactor = new GlobalCostFactor(model.targetUtilization(), 0, nowNanos);
    this.credits = new CreditManager(nowNanos);
    long minCapacity = model.minCapacity();
    credits.setCapacityLimits(
        minCapacity,
        Math.max(minCapacity * config.maxClients(), globalFactor.totalRecharge()),
        2 * minCapacity);
    updateCurve();
  }

  /** Starts the timers. */
  void start() {
    loop.schedule(CAPACITY_REFRESH_NANOS, this::refreshCapacity);
  }

  private void refreshCapacity() {
    credits.refresh(loop.nowNanos());
    loop.schedule(CAPACITY_REFRESH_NANOS, this::refreshCapacity);
  }

  ServedChain chain() {
    return chain;
  }

  NodeLoop loop() {
    return loop;
  }

  ServingPool workers() {
    return workers;
  }

  Handshake handshake() {
    return handshake;
  }

  CostModel model() {
    return model;
  }

  GlobalCostFactor globalFactor() {
    return globalFactor;
  }

  /** The longest that a thread may need for a request of this maximum cost. */
  long maxServingNanos(long maxCost) {
    double factor = globalFactor.value();
    return factor < SMALLEST_FACTOR ? maxCost : (long) (maxCost / factor);
  }

  CreditManager credits() {
    return credits;
  }

  boolean isSynced() {
    return synced;
  }

  void setSynced(boolean isSynced) {
    synced = isSynced;
  }

  /** While blocks are imported nobody gets a bonus. */
  void setImporting(boolean isImporting) {
    if (importing != isImporting) {
      importing = isImporting;
      workers.setThreads(isImporting ? config.importThreads() : config.workerThreads());
      updateCurve();
    }
  }

  /** A random number from 0 to below {@code bound}. */
  long randomBelow(long bound) {
    return random.nextLong(bound);
  }

  /** Whether another client may connect with these parameters. */
  boolean hasRoomFor(CreditParams params) {
    return clients.size() < config.maxClients()
        && credits.totalConnected() + params.rechargePerMilli() <= capacityLimit();
  }

  /** The total is a floating-point exponential; a unit more than it says is no overload. */
  private long capacityLimit() {
    return credits.totalCapacity() + 1;
  }

  void onPeerAccepted(ServedPeer peer) {
    peers.add(peer);
    peer.onAccepted();
  }

  void onPeerClosed(ServedPeer peer) {
    peers.remove(peer);
  }

  void onClientConnected(ServedClient client) {
    clients.add(client);
    HeadAnnouncement head = lastHead;
    if (head != null) {
      client.announce(head);
    }
  }

  void onClientClosed(ServedClient client) {
    clients.remove(client);
  }

  /** Announces a head to everybody, and to those who come while it is news. */
  void announce(HeadAnnouncement head) {
    lastHead = head;
    List.copyOf(clients).forEach(client -> client.announce(head));
  }

  /** Learns from a served request how fast this machine is. */
  void onServed(RequestKind kind, long amount, long servingNanos) {
    if (globalFactor.onServed(kind, amount, servingNanos, loop.nowNanos())) {
      updateCurve();
    }
  }

  private void updateCurve() {
    long total = globalFactor.totalRecharge();
    credits.setCurve(
        importing ? RechargeCurve.busy(total) : RechargeCurve.idle(total), loop.nowNanos());
  }

  /** The client with a node id (its hash), if connected. */
  Optional<ServedClient> client(Bytes32 nodeId) {
    return clients.stream()
        .filter(client -> client.peer().link().remoteId().hash().equals(nodeId))
        .findFirst();
  }

  int clientCount() {
    return clients.size();
  }

  int peerCount() {
    return peers.size();
  }
}
