package io.lesnode.les.server;

import io.lesnode.flowcontrol.CreditParams;
import io.lesnode.flowcontrol.LinearExpiredValue;
import io.lesnode.flowcontrol.cost.CostTable;
import io.lesnode.flowcontrol.server.Admission;
import io.lesnode.flowcontrol.server.ClientCredit;
import io.lesnode.les.wire.KeyValues;
import io.lesnode.les.wire.LesCodec;
import io.lesnode.les.wire.LesLimits;
import io.lesnode.les.wire.LesMessage.Announce;
import io.lesnode.les.wire.LesMessage.Request;
import io.lesnode.les.wire.LesMessage.Resume;
import io.lesnode.les.wire.LesMessage.Stop;
import io.lesnode.les.wire.StatusKeys;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;
import org.jspecify.annotations.Nullable;

/**
 * A light client that is being served: its credit, its requests under way, its announcements;
 * confined to the node loop.
 *
 * <p>A request beyond the credit freezes the client: all its requests under way are void, it is
 * told to stop, and after 700 to 1300 ms, once an eighth of its buffer is full, it may resume. What
 * it sends meanwhile is charged by size and ignored, as is a request for no items or too many. A
 * les/2 client is dropped instead.
 *
 * <p>Reference: geth v1.10.26, les/server_handler.go (beforeHandle, afterHandle), les/peer.go
 * (freeze).
 */
final class ServedClient implements ServingPool.Client {

  private static final long FREEZE_BASE_NANOS = 700_000_000;
  private static final long FREEZE_RANDOM_NANOS = 600_000_000;
  private static final long FREEZE_RECHECK_NANOS = 100_000_000;
  private static final long RESUME_SHARE = 8;
  private static final int TOLERATED_INVALID_REQUESTS = 20;
  private static final long INVALID_DECAY_NANOS = 3_600_000_000_000L;

  private final ServerState server;
  private final ServedPeer peer;
  private final AnnounceType announceType;
  private final CostTable costs;
  private final ClientCredit credit;
  private final LinearExpiredValue invalidRequests = new LinearExpiredValue(INVALID_DECAY_NANOS);
  private final Set<ServingTask> underWay = new LinkedHashSet<>(); // cancelled in order of arrival
  private CreditParams announcedParams;
  private UInt256 announcedTd;
  private @Nullable HeadAnnouncement storedHead;
  private final long connectedNanos;
  private long servedCost;
  private long capacity;
  private boolean hadCapacity;
  private boolean frozen;
  private boolean closed;
  private NodeLoop.Timer freezeTimer = () -> {};

  ServedClient(
      ServerState server,
      ServedPeer peer,
      AnnounceType announceType,
      CreditParams params,
      CostTable costs,
      UInt256 announcedTd) {
    this.server = server;
    this.peer = peer;
    this.announceType = announceType;
    this.costs = costs;
    this.announcedParams = params;
    this.announcedTd = announcedTd;
    this.credit = server.budget().connect(params);
    this.connectedNanos = server.loop().nowNanos();
  }

  ServedPeer peer() {
    return peer;
  }

  /** The hash of its public key. */
  Bytes32 id() {
    return peer.link().remoteId().hash();
  }

  /** When it was accepted, on the clock of the node loop. */
  long connectedNanos() {
    return connectedNanos;
  }

  /** What the client pool gave it; 0: it waits for room. */
  long capacity() {
    return capacity;
  }

  /** What all answered requests cost together. */
  long servedCost() {
    return servedCost;
  }

  /** The most that a reported buffer value may be. */
  long bufferLimit() {
    return credit.params().bufferLimit();
  }

  boolean isFrozen() {
    return frozen;
  }

  /** Tickets of admitted requests that are not settled. */
  int unsettledTickets() {
    return credit.unsettledCount();
  }

  /** Admitted requests without an answer yet. */
  int requestsUnderWay() {
    return underWay.size();
  }

  /** Handles a request; true if it is under way to a worker now. */
  boolean onRequest(Request request, int sizeBytes) {
    long nowNanos = server.loop().nowNanos();
    long amount = request.amount();
    boolean isCountLegal =
        amount != 0 && Long.compareUnsigned(amount, LesLimits.maxItems(request.kind())) <= 0;
    if (!isCountLegal || frozen) {
      credit.charge(realCost(0, sizeBytes, 0), nowNanos);
      return false;
    }
    long bufferLimit = Math.min(announcedParams.bufferLimit(), credit.params().bufferLimit());
    long maxCost = costs.maxCost(request.kind(), amount, bufferLimit);
    return switch (credit.admit(maxCost, nowNanos)) {
      case Admission.Underrun underrun -> {
        freeze("a request came too early, short of " + underrun.missing());
        credit.charge(realCost(0, sizeBytes, 0), nowNanos);
        yield false;
      }
      case Admission.Admitted admitted -> {
        start(
            new ServingTask(
                this,
                request,
                sizeBytes,
                admitted.ticket(),
                maxCost,
                server.budget().maxServingNanos(maxCost),
                admitted.priority()));
        yield true;
      }
    };
  }

  private void start(ServingTask task) {
    underWay.add(task);
    server.workers().submit(task, (served, nanos) -> onServed(task, served, nanos));
  }

  private void onServed(ServingTask task, Served served, long servingNanos) {
    underWay.remove(task);
    peer.backlog().leave(task.sizeBytes());
    long nowNanos = server.loop().nowNanos();
    Bytes body = closed || task.isGivenUp() ? null : served.body();
    long outBytes = body == null ? 0 : body.size();
    long uncapped = realCost(servingNanos, task.sizeBytes(), outBytes);
    long realCost = Math.min(task.maxCost(), uncapped);
    long bufferValue = credit.settle(task.ticket(), realCost, nowNanos);
    invalidRequests.add(served.invalidItems(), nowNanos);
    Request request = task.request();
    server.counters().onServed(request.kind(), outBytes, servingNanos);
    if (closed) {
      return;
    }
    if (body != null) {
      servedCost += realCost;
      server.budget().onServed(request.kind(), request.amount(), servingNanos, uncapped);
      long reported = Math.min(bufferValue, credit.params().bufferLimit());
      peer.send(served.replyCode(), LesCodec.encodeReply(request.requestId(), reported, body));
      server.clients().onServed(this, realCost);
    }
    long invalid = invalidRequests.at(nowNanos);
    if (invalid > TOLERATED_INVALID_REQUESTS) {
      peer.fail(new PeerFault.TooManyInvalidRequests(invalid));
    }
  }

  private long realCost(long servingNanos, long inBytes, long outBytes) {
    return server.budget().realCost(servingNanos, inBytes, outBytes);
  }

  /**
   * Freezes the client: what it asked is void, and it is told to stop.
   *
   * @param why for the operator
   */
  void freeze(String why) {
    if (frozen || closed) {
      return;
    }
    if (!peer.version().hasStopAndResume()) {
      peer.fail(new PeerFault.Overrun());
      return;
    }
    frozen = true;
    server.counters().onFrozen();
    server.log().add(peer.link(), ClientEvent.Kind.FROZEN, why);
    List.copyOf(underWay).forEach(server.workers()::cancel);
    peer.send(new Stop());
    long delayNanos = FREEZE_BASE_NANOS + server.randomBelow(FREEZE_RANDOM_NANOS);
    freezeTimer = server.loop().schedule(delayNanos, this::tryResume);
  }

  @Override
  public ClientCredit.BufferStatus bufferStatus(long nowNanos) {
    return credit.status(nowNanos);
  }

  @Override
  public void onOverload() {
    if (!frozen && !closed) {
      credit.onFrozen(server.loop().nowNanos());
      freeze("the server is overloaded");
    }
  }

  private void tryResume() {
    ClientCredit.BufferStatus status = credit.status(server.loop().nowNanos());
    if (status.bufferValue() <= status.bufferLimit() / RESUME_SHARE) {
      freezeTimer = server.loop().schedule(FREEZE_RECHECK_NANOS, this::tryResume);
      return;
    }
    frozen = false;
    server.log().add(peer.link(), ClientEvent.Kind.RESUMED, "its buffer recovered");
    peer.send(new Resume(status.bufferValue()));
  }

  /**
   * The client pool gives another capacity. The client is told; a lower one is enforced two seconds
   * late, or as late as {@link #setDecreaseDelay} says.
   */
  void onCapacity(long next) {
    if (closed) {
      return;
    }
    if (next != announcedParams.rechargePerMilli()) {
      announcedParams = CreditParams.ofCapacity(next);
      credit.updateParams(announcedParams, server.loop().nowNanos());
      KeyValues update =
          KeyValues.builder()
              .unsignedLong(StatusKeys.MIN_RECHARGE, announcedParams.rechargePerMilli())
              .unsignedLong(StatusKeys.BUFFER_LIMIT, announcedParams.bufferLimit())
              .build();
      peer.send(Announce.ofUpdate(update));
    }
    boolean wasInactive = capacity == 0;
    capacity = next;
    hadCapacity |= next != 0;
    HeadAnnouncement head = storedHead;
    if (wasInactive && next != 0 && head != null) {
      announce(head);
    }
  }

  /** How late lower capacities are enforced. */
  void setDecreaseDelay(long nanos) {
    credit.setDecreaseDelay(nanos);
  }

  /** The client pool has no room for the client any more. */
  void onDropped(String why) {
    peer.fail(hadCapacity ? new PeerFault.Kicked(why) : new PeerFault.NoCapacity(why));
  }

  /**
   * Announces a head, if the client wants it and it is news; an inactive client gets the newest one
   * when it becomes active.
   */
  void announce(HeadAnnouncement head) {
    if (capacity == 0) {
      storedHead = head;
      return;
    }
    storedHead = null;
    if (head.totalDifficulty().compareTo(announcedTd) <= 0) {
      return;
    }
    announcedTd = head.totalDifficulty();
    switch (announceType) {
      case NONE -> {}
      case SIMPLE -> peer.send(head.plain());
      case SIGNED -> peer.send(head.signed());
    }
  }

  /** The connection is over; what is under way is settled when it comes back. */
  void onClosed() {
    closed = true;
    freezeTimer.cancel();
    List.copyOf(underWay).forEach(server.workers()::cancel);
    credit.disconnect(server.loop().nowNanos());
  }
}
