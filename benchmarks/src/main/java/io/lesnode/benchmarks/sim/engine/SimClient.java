package io.lesnode.benchmarks.sim.engine;

import io.lesnode.benchmarks.sim.scenario.GroupSpec.Reconnect;
import io.lesnode.devp2p.DisconnectReason;
import io.lesnode.devp2p.NodeId;
import io.lesnode.flowcontrol.CreditParams;
import io.lesnode.flowcontrol.client.ServerCredit;
import io.lesnode.flowcontrol.cost.CostTable;
import io.lesnode.flowcontrol.cost.RequestCost;
import io.lesnode.flowcontrol.cost.RequestKind;
import io.lesnode.les.wire.LesCodec;
import io.lesnode.les.wire.LesMessage;
import io.lesnode.les.wire.LesVersion;
import io.lesnode.les.wire.RequestCostEntry;
import io.lesnode.les.wire.StatusKeys;
import io.lesnode.primitives.crypto.KeyPair;
import java.net.InetSocketAddress;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.apache.tuweni.bytes.Bytes;
import org.jspecify.annotations.Nullable;

/**
 * A simulated light client: its identity, its connection, the real estimate of its credit, and
 * requests that wait to be sent. Confined to the run.
 *
 * <p>Whether it wants to be connected is told by {@link #come} and {@link #go}; a {@link
 * ClientBehaviour} says how it behaves. A connection that the server refuses or ends is tried again
 * as the scenario has it.
 */
public final class SimClient {

  /** A server reads no further when more are under way. */
  private static final int MOST_UNDER_WAY = 1_000;

  /**
   * No timer is finer. A whole unit of credit must come in between: waiting times are rounded down,
   * and a client that looks again at once would look for ever.
   */
  private static final long TIMER_NANOS = 100_000;

  private final SimWorld world;
  private final SimGroup group;
  private final int index;
  private final Draws draws;
  private final Draws networkDraws;
  private final ClientRecord record;
  private final long requestIds;
  private final Asking asking;
  private final Wishes wishes = new Wishes();
  private final long[] costs;
  private ClientBehaviour behaviour = new ClientBehaviour() {};
  private Demands demand = Demands.NONE;
  private KeyPair key;
  private NodeId id;
  private InetSocketAddress address;
  private int identities;
  private boolean isWanted;
  private long retryDelayNanos;
  private long comings;
  private @Nullable SimConnection connection;
  private @Nullable ServerCredit credit;
  private CostTable costTable = new CostTable(Map.of());
  private Pending pending = new Pending(0);
  private boolean isStopped;
  private long heard;
  private long pumpAtNanos;

  SimClient(SimWorld world, SimGroup group, int index, ClientRecord record) {
    this.world = world;
    this.group = group;
    this.index = index;
    this.record = record;
    this.asking = group.asking();
    this.costs = new long[asking.partCount()];
    long seed = world.seed();
    String name = group.spec().name();
    this.draws = Draws.of(seed, name + " client", index);
    this.networkDraws = Draws.of(seed, name + " network", index);
    this.requestIds = Draws.key(seed, name + " requests", index) >>> 33 << 32;
    this.key = world.newKey(name, index, 0);
    this.id = NodeId.of(key.publicKey());
    this.address = world.address(group.addressNumber(index), index);
  }

  void prepare(ClientBehaviour how, Demands what) {
    behaviour = how;
    demand = what;
  }

  /** The name of its group. */
  public String group() {
    return group.spec().name();
  }

  /** Which of its group it is, from 0. */
  public int index() {
    return index;
  }

  /** Who it says it is at present. */
  public NodeId id() {
    return id;
  }

  /** The key of that identity. */
  public KeyPair key() {
    return key;
  }

  /** Its network address at present. */
  public InetSocketAddress address() {
    return address;
  }

  /** A stream of draws that belongs to this client. */
  public Draws draws() {
    return draws;
  }

  /** What is counted of it. */
  public ClientRecord record() {
    return record;
  }

  /** The present connection, from when it is being made. */
  public @Nullable SimConnection connection() {
    return connection;
  }

  /** Whether the server has greeted it on the present connection. */
  public boolean isConnected() {
    return credit != null;
  }

  /** The capacity that the server told it; 0 while it is not connected. */
  public long capacity() {
    ServerCredit known = credit;
    return known == null ? 0 : known.params().rechargePerMilli();
  }

  boolean isEnding() {
    return world.isEnding();
  }

  /** Requests without an answer. */
  public int unanswered() {
    return pending.size();
  }

  ClientBehaviour behaviour() {
    return behaviour;
  }

  // ---- being there

  /** Whether it wants to be connected. */
  public boolean isWanted() {
    return isWanted;
  }

  /** It wants to be connected from now on. */
  public void come() {
    if (isWanted) {
      return;
    }
    isWanted = true;
    comings++;
    retryDelayNanos = group.reconnect().map(Reconnect::firstNanos).orElse(0L);
    if (connection == null) {
      connect();
    }
  }

  /** It wants to be connected no more; what it asked is forgotten. */
  public void go() {
    isWanted = false;
    comings++;
    leave();
  }

  /**
   * Takes another name for the connections to come.
   *
   * @param newIdentity another node key
   * @param newAddress another network address
   */
  public void rename(boolean newIdentity, boolean newAddress) {
    if (newIdentity) {
      key = world.newKey(group(), index, ++identities);
      id = NodeId.of(key.publicKey());
    }
    if (newAddress) {
      address = world.address(world.unusedAddressNumber(), index);
    }
  }

  private void connect() {
    if (world.isEnding()) {
      return;
    }
    Wire up = new Wire(group.network(), group.network().upBytesPerSecond(), networkDraws);
    Wire down = new Wire(group.network(), group.downBytesPerSecond(), networkDraws);
    SimConnection next = new SimConnection(world, this, id, address, up, down);
    connection = next;
    record.onAttempt();
    behaviour.onConnecting(next);
    next.connect();
  }

  private void leave() {
    SimConnection present = connection;
    if (present != null) {
      present.leave();
      forget();
      behaviour.onClosed(DisconnectReason.REQUESTED, false);
    }
  }

  /** It ends a connection for a reason of another protocol and comes back as after a failure. */
  void leaveFor(SimConnection on, DisconnectReason reason) {
    if (on == connection) {
      on.leave();
      forget();
      behaviour.onClosed(reason, false);
      comeBack();
    }
  }

  private void forget() {
    connection = null;
    credit = null;
    pending = new Pending(pending.nextNumber());
    isStopped = false;
    wishes.clear();
    demand.onClosed();
  }

  void onEnded(DisconnectReason reason, boolean wasServed) {
    forget();
    behaviour.onClosed(reason, true);
    if (wasServed) {
      retryDelayNanos = group.reconnect().map(Reconnect::firstNanos).orElse(0L);
    }
    comeBack();
  }

  private void comeBack() {
    if (!isWanted || group.reconnect().isEmpty()) {
      isWanted = false;
      return;
    }
    long delayNanos = retryDelayNanos;
    retryDelayNanos = Math.min(2 * delayNanos, group.reconnect().get().mostNanos());
    long coming = comings;
    world
        .loop()
        .at(
            world.nowNanos() + delayNanos,
            () -> {
              if (coming == comings && connection == null) {
                connect();
              }
            });
  }

  // ---- what the server says

  void onStatus(SimConnection on, Bytes payload) {
    if (on != connection
        || !(LesCodec.decode(LesVersion.LES4, LesMessage.Status.CODE, payload)
            instanceof LesMessage.Status status)) {
      return;
    }
    CreditParams params =
        new CreditParams(
            status.values().requireUnsignedLong(StatusKeys.BUFFER_LIMIT),
            status.values().requireUnsignedLong(StatusKeys.MIN_RECHARGE));
    Map<RequestKind, RequestCost> table = new EnumMap<>(RequestKind.class);
    List<RequestCostEntry> entries =
        status.values().requestCosts(StatusKeys.REQUEST_COSTS).orElse(List.of());
    for (RequestCostEntry entry : entries) {
      RequestKind.ofCode(entry.code()).ifPresent(kind -> table.put(kind, entry.cost()));
    }
    costTable = new CostTable(table);
    credit = new ServerCredit(params, world.nowNanos());
    heard = 0;
    pumpAtNanos = 0;
    reckonCosts(params.bufferLimit());
    world.grants().onConnected(this);
    behaviour.onConnected(on);
    demand.onConnected();
    pump();
  }

  private void reckonCosts(long bufferLimit) {
    for (int part = 0; part < costs.length; part++) {
      costs[part] = costTable.maxCost(asking.kind(part), asking.amount(part), bufferLimit);
    }
  }

  void onCapacity(SimConnection on, long capacity) {
    ServerCredit known = credit;
    if (on != connection || known == null) {
      return;
    }
    heard++;
    CreditParams params = CreditParams.ofCapacity(capacity);
    known.updateParams(params, world.nowNanos());
    reckonCosts(params.bufferLimit());
    behaviour.onCapacity(capacity);
    pump();
  }

  void onStop(SimConnection on) {
    if (on != connection) {
      return;
    }
    heard++;
    record.onStopped();
    isStopped = true;
    takeBack();
    behaviour.onStop();
    pump();
  }

  void onResume(SimConnection on, long bufferValue) {
    ServerCredit known = credit;
    if (on != connection || known == null) {
      return;
    }
    isStopped = false;
    takeBack();
    known.onResume(bufferValue, world.nowNanos());
    pump();
  }

  /** What is under way is void and is asked again. */
  private void takeBack() {
    for (Sent sent = pending.removeLast(); sent != null; sent = pending.removeLast()) {
      record.onVoid();
      wishes.addFirst(sent.part, sent.bornNanos);
    }
  }

  void onReply(SimConnection on, long requestId, long bufferValue) {
    ServerCredit known = credit;
    if (on != connection || known == null) {
      return;
    }
    known.onReply(requestId, bufferValue, world.nowNanos());
    Sent sent = pending.remove(requestId - requestIds);
    if (sent == null) {
      return; // it was void when it was answered
    }
    long latencyNanos = world.nowNanos() - sent.bornNanos;
    RequestKind kind = asking.kind(sent.part);
    record.onAnswered(kind, latencyNanos);
    behaviour.onAnswer(kind, latencyNanos);
    demand.onAnswered();
    pump();
  }

  /** The size of the reply to a request. */
  int replyBytes(long requestId) {
    Sent sent = pending.get(requestId - requestIds);
    return sent == null
        ? 1
        : ServiceTimes.replyBytes(asking.kind(sent.part), asking.amount(sent.part));
  }

  // ---- asking

  /** A request comes up; it is sent when the behaviour and the credit allow. */
  public void wish() {
    if (!isConnected() || world.isEnding()) {
      return;
    }
    if (!wishes.addLast(asking.draw(draws), world.nowNanos())) {
      record.onGivenUp();
      return;
    }
    pump();
  }

  /** A request comes up only if it can be sent at once; whether it was. */
  boolean wishNow() {
    ServerCredit known = credit;
    if (known == null || isStopped || !wishes.isEmpty()) {
      return false;
    }
    int part = asking.draw(draws);
    if (behaviour.waitNanos(known, costs[part], world.nowNanos()) > 0) {
      return false;
    }
    send(known, part, world.nowNanos());
    return true;
  }

  /** Requests that came up and wait. */
  int waiting() {
    return wishes.size();
  }

  private void pump() {
    ServerCredit known = credit;
    if (known == null || world.isEnding()) {
      return;
    }
    while (!wishes.isEmpty()
        && pending.size() < MOST_UNDER_WAY
        && !(isStopped && behaviour.heedsStop())) {
      int part = wishes.firstPart();
      long waitNanos = behaviour.waitNanos(known, costs[part], world.nowNanos());
      if (waitNanos > 0) {
        pumpIn(waitNanos);
        return;
      }
      long bornNanos = wishes.firstBornNanos();
      wishes.removeFirst();
      send(known, part, bornNanos);
    }
  }

  private void pumpIn(long waitNanos) {
    if (waitNanos == ServerCredit.FOREVER_NANOS) {
      return;
    }
    long atNanos = world.nowNanos() + Math.max(waitNanos, TIMER_NANOS);
    if (pumpAtNanos > world.nowNanos() && pumpAtNanos <= atNanos) {
      return; // it is looked at before
    }
    pumpAtNanos = atNanos;
    world.loop().at(atNanos, this::pumpAgain);
  }

  private void pumpAgain() {
    if (pumpAtNanos == world.nowNanos()) {
      pumpAtNanos = 0;
      pump();
    }
  }

  private void send(ServerCredit known, int part, long bornNanos) {
    SimConnection on = connection;
    if (on == null) {
      throw new IllegalStateException("a credit without a connection");
    }
    long nowNanos = world.nowNanos();
    long requestId = requestIds + pending.nextNumber();
    long estimate = known.estimateAt(nowNanos);
    known.onQueued(requestId, costs[part], nowNanos);
    Sent sent =
        new Sent(
            on,
            asking.request(part, requestId),
            part,
            asking.sizeBytes(part),
            bornNanos,
            costs[part],
            estimate,
            heard);
    pending.add(sent);
    record.onSent();
    on.send(sent);
  }

  @Override
  public String toString() {
    return group() + " " + index;
  }
}
