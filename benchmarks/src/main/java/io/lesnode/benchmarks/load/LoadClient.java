package io.lesnode.benchmarks.load;

import io.lesnode.devp2p.NodeId;
import io.lesnode.flowcontrol.CreditParams;
import io.lesnode.flowcontrol.client.ServerCredit;
import io.lesnode.flowcontrol.cost.CostTable;
import io.lesnode.les.wire.LesCodec;
import io.lesnode.les.wire.LesMessage;
import io.lesnode.les.wire.LesWireException;
import io.lesnode.les.wire.StatusKeys;
import io.lesnode.primitives.crypto.KeyPair;
import io.lesnode.primitives.rlp.RlpException;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.tuweni.bytes.Bytes;
import org.jspecify.annotations.Nullable;

/** One light client of a load run; confined to its load loop, its counters aside. */
public final class LoadClient {

  private static final long SECOND_NANOS = 1_000_000_000;
  private static final long REDIAL_NANOS = SECOND_NANOS;

  /** Latest that a client looks again whether its credit allows the next request. */
  private static final long LONGEST_WAIT_NANOS = SECOND_NANOS;

  /** How exactly it waits for credit. */
  private static final long CREDIT_STEP_NANOS = 1_000_000;

  /** Bounds the memory of a client that nobody answers. */
  private static final int MOST_UNANSWERED = 10_000;

  /**
   * A request under way.
   *
   * @param floor what the server must report at least, or negative if that is not known
   * @param params the credit parameters when it was sent
   */
  private record Pending(
      RequestShape shape, long wantedNanos, long sentNanos, long floor, CreditParams params) {}

  /** What was sent and came back since the start, readable from any thread. */
  public static final class Counters {
    private final AtomicLong sent = new AtomicLong();
    private final AtomicLong served = new AtomicLong();
    private final AtomicLong stops = new AtomicLong();
    private final AtomicLong disconnects = new AtomicLong();
    private final AtomicLong waits = new AtomicLong();

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

  private final LoadCell cell;
  private final KeyPair key;
  private final NodeId id;
  private final SplittableRandom random;
  private final Counters counters = new Counters();
  private final Map<Long, Pending> pending = new LinkedHashMap<>();
  private @Nullable LoadConnection connection;
  private @Nullable ServerCredit credit;
  private CostTable costs = new CostTable(Map.of());
  private boolean frozen;
  private boolean running;
  private boolean trusting;
  private boolean closed;
  private long lastRequestId;
  private @Nullable RequestDeck next;
  private long nextWantedNanos;
  private long intervalNanos;
  private long wakeNanos = Long.MAX_VALUE;
  private long seenInBytes;
  private long seenOutBytes;

  LoadClient(LoadCell cell, KeyPair key, long seed) {
    this.cell = cell;
    this.key = key;
    this.id = NodeId.of(key.publicKey());
    this.random = new SplittableRandom(seed);
  }

  /** Who the client is. */
  public NodeId id() {
    return id;
  }

  /** Its group. */
  public LoadGroup group() {
    return cell.group();
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

  // ---- the connection ------------------------------------------------------------------------

  void dial() {
    if (closed || connection != null) {
      return;
    }
    connection =
        LoadConnection.dial(cell.server(), key, cell.loop().eventLoop(), new ConnectionListener());
  }

  void close() {
    closed = true;
    LoadConnection open = connection;
    if (open != null) {
      open.close();
    }
  }

  private final class ConnectionListener implements LoadConnection.Listener {
    @Override
    public void onReady(LoadConnection opened, ServerGreeting greeting) {
      connection = opened;
      costs = greeting.costs();
      credit = new ServerCredit(greeting.params(), cell.loop().nowNanos());
      frozen = false;
      trusting = true;
      seenInBytes = 0;
      seenOutBytes = 0;
      cell.onReady(greeting);
      pump();
    }

    @Override
    public void onReply(int code, Bytes payload) {
      LoadClient.this.onReply(code, payload);
    }

    @Override
    public void onMessage(LesMessage message) {
      switch (message) {
        case LesMessage.Announce announce -> onAnnounce(announce);
        case LesMessage.Stop stop -> onStop();
        case LesMessage.Resume resume -> onResume(resume.bufferValue());
        case LesMessage other -> cell.tally().strangeReplies++;
      }
    }

    @Override
    public void onWritable() {
      pump();
    }

    @Override
    public void onClosed(ConnectionEnd end) {
      countWire();
      connection = null;
      credit = null;
      frozen = false;
      counters.disconnects.incrementAndGet();
      pending.values().forEach(LoadClient.this::onLost);
      pending.clear();
      if (!closed) {
        cell.onDisconnected(end);
        cell.loop().schedule(REDIAL_NANOS, LoadClient.this::dial);
      }
    }
  }

  private void onLost(Pending request) {
    if (cell.isMeasured(request.wantedNanos())) {
      cell.tally().row(request.shape()).lost++;
      recordUnanswered(request);
    }
  }

  private void onAnnounce(LesMessage.Announce announce) {
    ServerCredit known = credit;
    if (known != null && announce.update().contains(StatusKeys.MIN_RECHARGE)) {
      known.updateParams(ServerGreeting.params(announce.update()), cell.loop().nowNanos());
      pump();
    }
  }

  // ---- replies -------------------------------------------------------------------------------

  private void onReply(int code, Bytes payload) {
    ServerCredit known = credit;
    if (known == null) {
      return;
    }
    long nowNanos = cell.loop().nowNanos();
    ReplyHead head;
    try {
      head = ReplyHead.read(code, payload);
    } catch (RlpException e) {
      cell.tally().strangeReplies++;
      return;
    }
    Pending request = pending.remove(head.requestId());
    if (request == null) {
      if (head.requestId() > 0 && head.requestId() <= lastRequestId) {
        cell.tally().lateReplies++;
        known.onReply(head.requestId(), head.bufferValue(), nowNanos);
      } else {
        cell.tally().strangeReplies++;
      }
      return;
    }
    judgeBuffer(request, head.bufferValue(), known.params());
    known.onReply(head.requestId(), head.bufferValue(), nowNanos);
    counters.served.incrementAndGet();
    if (cell.isWithin(nowNanos)) {
      cell.tally().repliesInTime++;
    }
    if (cell.isMeasured(request.wantedNanos())) {
      count(request, head, code, payload, nowNanos);
    }
    pump();
  }

  private void count(Pending request, ReplyHead head, int code, Bytes payload, long nowNanos) {
    RequestShape shape = request.shape();
    LoadTally.Row row = cell.tally().row(shape);
    row.answered++;
    row.replyBytes += payload.size();
    row.items += shape.kind() == LoadKind.CHT ? head.auxiliaryItems() : head.items();
    if (head.isEmptyFor(shape)) {
      row.empty++;
    } else if (head.isShortFor(shape)) {
      row.incomplete++;
    }
    if (cell.decodesReplies() && !decodes(code, payload)) {
      row.malformed++;
    }
    LoadTally.record(row.response, nowNanos - request.wantedNanos());
    LoadTally.record(row.service, nowNanos - request.sentNanos());
    LoadTally.record(cell.tally().interval, nowNanos - request.wantedNanos());
  }

  private boolean decodes(int code, Bytes payload) {
    LoadConnection open = connection;
    try {
      if (open != null) {
        LesCodec.decode(open.version(), code, payload);
      }
      return true;
    } catch (LesWireException e) {
      return false;
    }
  }

  /** A reported value that cannot be right if the server counts as it promised. */
  private void judgeBuffer(Pending request, long bufferValue, CreditParams params) {
    if (!request.params().equals(params)) {
      return; // a report that was under way while the limit changed proves nothing
    }
    LoadTally tally = cell.tally();
    if (bufferValue < 0) {
      tally.bufferNegative++;
    } else if (bufferValue > params.bufferLimit()) {
      tally.bufferAbove++;
    } else if (bufferValue < request.floor()) {
      tally.bufferBelow++;
    }
  }

  private void onStop() {
    counters.stops.incrementAndGet();
    cell.tally().freezes++;
    frozen = true;
    voidPending();
  }

  private void voidPending() {
    for (Pending request : pending.values()) {
      if (cell.isMeasured(request.wantedNanos())) {
        cell.tally().row(request.shape()).voided++;
        recordUnanswered(request);
      }
    }
    pending.clear();
  }

  private void onResume(long bufferValue) {
    ServerCredit known = credit;
    if (known != null) {
      known.onResume(bufferValue, cell.loop().nowNanos());
      cell.tally().resumes++;
      voidPending(); // what was sent while frozen
      frozen = false;
      trusting = cell.group().obeysCredit();
      pump();
    }
  }

  /** Gives up what has waited too long. */
  void expire(long nowNanos, long timeoutNanos) {
    Iterator<Pending> oldest = pending.values().iterator();
    boolean expired = false;
    while (oldest.hasNext()) {
      Pending request = oldest.next();
      if (nowNanos - request.sentNanos() < timeoutNanos) {
        break;
      }
      oldest.remove();
      expired = true;
      if (cell.isMeasured(request.wantedNanos())) {
        cell.tally().row(request.shape()).timeouts++;
        recordUnanswered(request);
      }
    }
    if (expired) {
      pump();
    }
  }

  /**
   * An open loop counts what was not answered with the time that it has waited, a lower bound: to
   * leave it out would show a server that loses requests as fast.
   */
  private void recordUnanswered(Pending request) {
    if (cell.group().isOpenLoop()) {
      LoadTally.record(
          cell.tally().row(request.shape()).response,
          cell.loop().nowNanos() - request.wantedNanos());
    }
  }

  // ---- requests ------------------------------------------------------------------------------

  void start() {
    running = true;
    LoadGroup group = cell.group();
    nextWantedNanos = cell.loop().nowNanos();
    if (group.isOpenLoop()) {
      intervalNanos =
          Math.max(1, (long) (SECOND_NANOS * (group.clients() / group.ratePerSecond())));
      nextWantedNanos += random.nextLong(intervalNanos); // not all at once
    }
    pump();
  }

  void stop() {
    running = false;
  }

  /** Counts what is still open, and what should have been sent and was not. */
  void settle() {
    for (Pending request : pending.values()) {
      if (cell.isMeasured(request.wantedNanos())) {
        cell.tally().row(request.shape()).openAtEnd++;
        recordUnanswered(request);
      }
    }
    pending.clear();
    countWire();
    if (cell.group().isOpenLoop()) {
      settleUnsent(cell.measuredToNanos());
    }
  }

  private void settleUnsent(long endNanos) {
    while (nextWantedNanos < endNanos) {
      if (cell.isMeasured(nextWantedNanos)) {
        RequestDeck deck = next == null ? cell.pick(random) : next;
        next = null;
        LoadTally.Row row = cell.tally().row(deck.shape());
        row.neverSent++;
        LoadTally.record(row.response, endNanos - nextWantedNanos);
      }
      nextWantedNanos += intervalNanos;
    }
  }

  /** How many measured requests are under way. */
  int openCount() {
    return (int)
        pending.values().stream().filter(request -> cell.isMeasured(request.wantedNanos())).count();
  }

  /** Moves the bytes of the socket to the tally. */
  void countWire() {
    LoadConnection open = connection;
    if (open != null) {
      cell.tally().wireInBytes += open.wire().inBytes() - seenInBytes;
      cell.tally().wireOutBytes += open.wire().outBytes() - seenOutBytes;
      seenInBytes = open.wire().inBytes();
      seenOutBytes = open.wire().outBytes();
    }
  }

  /** Sends what window, rate and credit allow. */
  private void pump() {
    LoadConnection open = connection;
    ServerCredit known = credit;
    while (running && open != null && known != null && maySend() && open.writable()) {
      long nowNanos = cell.loop().nowNanos();
      boolean openLoop = cell.group().isOpenLoop();
      if (openLoop && nextWantedNanos > nowNanos) {
        wakeIn(nextWantedNanos - nowNanos);
        return;
      }
      RequestDeck deck = next == null ? cell.pick(random) : next;
      next = deck;
      long maxCost = maxCost(deck.shape(), known.params());
      if (cell.group().obeysCredit()) {
        ServerCredit.Sendable sendable = known.canSend(maxCost, nowNanos);
        if (!sendable.now()) {
          counters.waits.incrementAndGet();
          cell.tally().creditWaits++;
          wakeForCredit(sendable.waitNanos());
          return;
        }
      }
      next = null;
      send(open, known, deck, maxCost, nowNanos, openLoop ? nextWantedNanos : nowNanos);
      nextWantedNanos += intervalNanos;
    }
  }

  private void send(
      LoadConnection open,
      ServerCredit known,
      RequestDeck deck,
      long maxCost,
      long nowNanos,
      long wantedNanos) {
    long requestId = ++lastRequestId;
    trusting &= known.estimateAt(nowNanos) >= maxCost;
    known.onQueued(requestId, maxCost, nowNanos);
    long floor = trusting ? known.estimateAt(nowNanos) : -1;
    pending.put(requestId, new Pending(deck.shape(), wantedNanos, nowNanos, floor, known.params()));
    counters.sent.incrementAndGet();
    Bytes payload = deck.draw(requestId, random);
    if (cell.isMeasured(wantedNanos)) {
      LoadTally.Row row = cell.tally().row(deck.shape());
      row.sent++;
      row.requestBytes += payload.size();
      if (intervalNanos > 0) {
        LoadTally.record(cell.tally().sendLag, nowNanos - wantedNanos);
      }
    }
    open.send(deck.shape().kind().requestKind().code(), payload);
  }

  private long maxCost(RequestShape shape, CreditParams params) {
    return costs
        .cost(shape.kind().requestKind())
        .map(cost -> Math.min(cost.of(shape.amount()), params.bufferLimit()))
        .orElse(params.bufferLimit());
  }

  /** A client that ignores credit ignores Stop too; only its rate limits it, if it has one. */
  private boolean maySend() {
    LoadGroup group = cell.group();
    boolean stopped = frozen && group.obeysCredit();
    int most = group.isOpenLoop() ? MOST_UNANSWERED : group.window();
    return !stopped && pending.size() < most;
  }

  /**
   * Credit comes back with time and, mostly, with replies, which look again anyway: a coarse timer
   * is enough, and a client that waits often costs little.
   */
  private void wakeForCredit(long waitNanos) {
    long delayNanos = Math.clamp(waitNanos, CREDIT_STEP_NANOS, LONGEST_WAIT_NANOS);
    long at = cell.loop().nowNanos() + delayNanos;
    if (wakeNanos > at + CREDIT_STEP_NANOS) {
      wakeNanos = at;
      cell.loop().scheduleCoarsely(delayNanos, () -> onWake(at));
    }
  }

  private void wakeIn(long delayNanos) {
    long at = cell.loop().nowNanos() + delayNanos;
    if (wakeNanos <= at) {
      return;
    }
    wakeNanos = at;
    cell.loop().schedule(delayNanos, () -> onWake(at));
  }

  private void onWake(long at) {
    if (wakeNanos == at) {
      wakeNanos = Long.MAX_VALUE;
    }
    pump();
  }
}
