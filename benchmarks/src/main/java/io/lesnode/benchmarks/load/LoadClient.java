package io.lesnode.benchmarks.load;

import io.lesnode.devp2p.DisconnectReason;
import io.lesnode.devp2p.NodeId;
import io.lesnode.devp2p.PeerLink;
import io.lesnode.flowcontrol.CreditParams;
import io.lesnode.flowcontrol.client.ServerCredit;
import io.lesnode.flowcontrol.cost.CostTable;
import io.lesnode.flowcontrol.cost.RequestCost;
import io.lesnode.flowcontrol.cost.RequestKind;
import io.lesnode.les.wire.HashOrNumber;
import io.lesnode.les.wire.KeyValues;
import io.lesnode.les.wire.LesCodec;
import io.lesnode.les.wire.LesMessage;
import io.lesnode.les.wire.LesMessage.GetBlockHeaders;
import io.lesnode.les.wire.LesMessage.Request;
import io.lesnode.les.wire.RequestCostEntry;
import io.lesnode.les.wire.StatusKeys;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;
import org.jspecify.annotations.Nullable;

/** One light client of a load run; confined to the load loop, its counters aside. */
public final class LoadClient {

  private static final long SECOND_NANOS = 1_000_000_000;
  private static final long ANNOUNCE_NONE = 0;

  /** Blocks whose hashes are learned when a mix needs any. */
  private static final long SCOUT_BLOCKS = 192;

  private static final HashOrNumber FIRST_BLOCK = new HashOrNumber.OfNumber(1);

  /** Latest that a client looks again whether its credit allows the next request. */
  private static final long LONGEST_WAIT_NANOS = SECOND_NANOS;

  /** Bounds the memory of a client that nobody answers. */
  private static final int MOST_UNANSWERED = 100_000;

  private record Pending(long wantedNanos) {}

  /** What was sent and came back, readable from any thread. */
  public static final class Counters {
    final AtomicLong sent = new AtomicLong();
    final AtomicLong served = new AtomicLong();
    final AtomicLong stops = new AtomicLong();
    final AtomicLong disconnects = new AtomicLong();
    final AtomicLong waits = new AtomicLong();

    /** Requests that were answered. */
    public long served() {
      return served.get();
    }

    /** Requests that were sent. */
    public long sent() {
      return sent.get();
    }

    /** How often the server froze the client. */
    public long stops() {
      return stops.get();
    }

    /** How often the client waited for credit. */
    public long waits() {
      return waits.get();
    }

    /** How often the connection ended. */
    public long disconnects() {
      return disconnects.get();
    }
  }

  private final LoadClients crowd;
  private final LoadGroup group;
  private final NodeId id;
  private final SplittableRandom random;
  private final Counters counters = new Counters();
  private final Map<Long, Pending> pending = new HashMap<>();
  private @Nullable PeerLink link;
  private @Nullable ServerCredit credit;
  private CostTable costs = new CostTable(Map.of());
  private boolean frozen;
  private boolean running;
  private long lastRequestId;
  private @Nullable Request nextRequest;
  private long nextWantedNanos;
  private long wakeNanos = Long.MAX_VALUE;

  LoadClient(LoadClients crowd, LoadGroup group, NodeId id, long seed) {
    this.crowd = crowd;
    this.group = group;
    this.id = id;
    this.random = new SplittableRandom(seed);
  }

  /** Who the client is. */
  public NodeId id() {
    return id;
  }

  /** Its group. */
  public LoadGroup group() {
    return group;
  }

  /** Its counters. */
  public Counters counters() {
    return counters;
  }

  boolean isReady() {
    return credit != null;
  }

  /** The capacity that the server promised last, or 0. */
  long capacity() {
    ServerCredit known = credit;
    return known == null ? 0 : known.params().rechargePerMilli();
  }

  void onOpened(PeerLink opened) {
    link = opened;
  }

  void onClosed(PeerLink closed, DisconnectReason reason) {
    if (link == closed) {
      counters.disconnects.incrementAndGet();
      crowd.onDisconnected(this, reason);
      link = null;
      credit = null;
      frozen = false;
      pending.clear();
    }
  }

  void onStatus(LesMessage.Status status) {
    PeerLink open = link;
    if (open == null) {
      return;
    }
    KeyValues theirs = status.values();
    Map<RequestKind, RequestCost> table = new EnumMap<>(RequestKind.class);
    for (RequestCostEntry entry : theirs.requestCosts(StatusKeys.REQUEST_COSTS).orElseThrow()) {
      RequestKind.ofCode(entry.code()).ifPresent(kind -> table.put(kind, entry.cost()));
    }
    costs = new CostTable(table);
    credit = new ServerCredit(params(theirs), crowd.loop().nowNanos());
    KeyValues.Builder ours =
        KeyValues.builder()
            .unsignedLong(
                StatusKeys.PROTOCOL_VERSION,
                theirs.requireUnsignedLong(StatusKeys.PROTOCOL_VERSION))
            .unsignedLong(StatusKeys.NETWORK_ID, theirs.requireUnsignedLong(StatusKeys.NETWORK_ID))
            .unsigned256(StatusKeys.HEAD_TD, UInt256.ZERO)
            .bytes(StatusKeys.HEAD_HASH, Bytes32.ZERO)
            .unsignedLong(StatusKeys.HEAD_NUMBER, 0)
            .bytes(StatusKeys.GENESIS_HASH, theirs.requireHash(StatusKeys.GENESIS_HASH))
            .raw(StatusKeys.FORK_ID, theirs.raw(StatusKeys.FORK_ID).orElseThrow())
            .unsignedLong(StatusKeys.ANNOUNCE_TYPE, ANNOUNCE_NONE);
    send(open, new LesMessage.Status(ours.build()));
    crowd.onReady(
        this,
        theirs.requireUnsignedLong(StatusKeys.HEAD_NUMBER),
        theirs.requireHash(StatusKeys.HEAD_HASH));
    pump();
  }

  private static CreditParams params(KeyValues values) {
    return new CreditParams(
        values.requireUnsignedLong(StatusKeys.BUFFER_LIMIT),
        values.requireUnsignedLong(StatusKeys.MIN_RECHARGE));
  }

  void onAnnounce(LesMessage.Announce announce) {
    ServerCredit known = credit;
    if (known != null && announce.update().contains(StatusKeys.MIN_RECHARGE)) {
      known.updateParams(params(announce.update()), crowd.loop().nowNanos());
      pump();
    }
  }

  void onReply(long requestId, long bufferValue) {
    long nowNanos = crowd.loop().nowNanos();
    ServerCredit known = credit;
    Pending request = pending.remove(requestId);
    if (known == null || request == null) {
      return;
    }
    known.onReply(requestId, bufferValue, nowNanos);
    counters.served.incrementAndGet();
    crowd.onServed(this, nowNanos - request.wantedNanos());
    pump();
  }

  void onStop() {
    counters.stops.incrementAndGet();
    frozen = true;
    pending.clear();
  }

  void onResume(long bufferValue) {
    ServerCredit known = credit;
    if (known != null) {
      known.onResume(bufferValue, crowd.loop().nowNanos());
      frozen = false;
      pump();
    }
  }

  void start() {
    running = true;
    nextWantedNanos = crowd.loop().nowNanos();
    if (group.ratePerSecond() > 0) {
      nextWantedNanos += random.nextLong(intervalNanos()); // not all at once
    }
    pump();
  }

  void stop() {
    running = false;
    nextRequest = null;
  }

  private long intervalNanos() {
    return (long) (SECOND_NANOS / group.ratePerSecond());
  }

  /** Sends what window, rate and credit allow. */
  private void pump() {
    PeerLink open = link;
    ServerCredit known = credit;
    while (running && open != null && known != null && maySend()) {
      long nowNanos = crowd.loop().nowNanos();
      if (group.ratePerSecond() > 0 && nextWantedNanos > nowNanos) {
        wakeIn(nextWantedNanos - nowNanos);
        return;
      }
      Request request = nextRequest;
      if (request == null) {
        boolean mustScout = group.mix().needsHashes() && !crowd.target().isKnown();
        request =
            mustScout
                ? new GetBlockHeaders(++lastRequestId, FIRST_BLOCK, SCOUT_BLOCKS, 0, false)
                : group.mix().next(++lastRequestId, crowd.target(), random);
        nextRequest = request;
      }
      long maxCost = costs.maxCost(request.kind(), request.amount(), known.params().bufferLimit());
      if (group.obeysCredit()) {
        ServerCredit.Sendable sendable = known.canSend(maxCost, nowNanos);
        if (!sendable.now()) {
          counters.waits.incrementAndGet();
          wakeIn(Math.min(sendable.waitNanos(), LONGEST_WAIT_NANOS));
          return;
        }
      }
      known.onQueued(request.requestId(), maxCost, nowNanos);
      nextRequest = null;
      long wanted = group.ratePerSecond() > 0 ? nextWantedNanos : nowNanos;
      nextWantedNanos += group.ratePerSecond() > 0 ? intervalNanos() : 0;
      pending.put(request.requestId(), new Pending(wanted));
      counters.sent.incrementAndGet();
      send(open, request);
    }
  }

  /** A client that ignores credit ignores Stop too; only its rate limits it, if it has one. */
  private boolean maySend() {
    if (!group.obeysCredit() && group.ratePerSecond() > 0) {
      return pending.size() < MOST_UNANSWERED;
    }
    return !frozen && pending.size() < group.window();
  }

  private void wakeIn(long delayNanos) {
    long at = crowd.loop().nowNanos() + delayNanos;
    if (wakeNanos <= at) {
      return;
    }
    wakeNanos = at;
    crowd
        .loop()
        .schedule(
            delayNanos,
            () -> {
              if (wakeNanos == at) {
                wakeNanos = Long.MAX_VALUE;
              }
              pump();
            });
  }

  private static void send(PeerLink open, LesMessage message) {
    Bytes payload = LesCodec.encode(message);
    open.send(message.code(), payload);
  }
}
