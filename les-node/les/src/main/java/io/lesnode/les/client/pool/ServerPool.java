package io.lesnode.les.client.pool;

import io.lesnode.devp2p.Enode;
import io.lesnode.devp2p.NodeId;
import io.lesnode.flowcontrol.pool.ExpiredValue;
import io.lesnode.les.client.pool.ServerSelection.Candidate;
import io.lesnode.les.client.value.ServerMemory;
import io.lesnode.les.client.value.ValueTracker;
import io.lesnode.primitives.rlp.RlpException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.apache.tuweni.bytes.Bytes;
import org.jspecify.annotations.Nullable;

/**
 * The servers that are known, and which to dial when. A value machine; confined to its owner, in
 * production the client loop. Times are nanoseconds of a monotonic clock.
 *
 * <p>Servers come from three sources: those the user wants kept, those that gave value in earlier
 * sessions, those just found. A kept server is dialled whenever it is not connected, after a wait
 * that doubles from one second to {@link Settings#keptWaitNanos}. For the others geth's law holds:
 *
 * <pre>weight = value · 10^6 / max(dial cost, 10000), worth remembering from 100 on
 * next wait = max(last wait · 1.5, planned), at most a / b where
 *   a = total value · 10000 · 10 s, b = total dial cost · session value; at least 10 s</pre>
 *
 * <p>so that a server that gave its average value is dialled again after ten seconds, one that gave
 * nothing ever more rarely; beyond 2000 h it is forgotten. Dial costs (10000 a dial, 500 a query)
 * expire as the values do. Waits have up to a tenth of jitter, so that clients do not return in
 * step after a server restarts.
 *
 * <p>With {@link Settings#preNegotiate} up to five servers are asked first whether they would take
 * us; when nobody answers for long, up to half of the servers are dialled unasked, so that the
 * client works where UDP does not.
 *
 * <p>Reference: les.md 5.3; geth v1.10.26, les/vflux/client/serverpool.go.
 */
public final class ServerPool {
  private static final long DIAL_COST = 10_000;
  private static final double DIAL_WAIT_STEP = 1.5;
  private static final long QUERY_COST = 500;
  private static final double QUERY_WAIT_STEP = 1.02;
  private static final double FORGET_WAIT_SECONDS = TimeUnit.HOURS.toSeconds(2000);
  private static final double WEIGHT_MULTIPLIER = 1_000_000;
  private static final double WEIGHT_THRESHOLD = 100;
  private static final long MIN_WAIT_SECONDS = 10;
  private static final int MAX_QUERIES = 5;
  private static final int MAX_QUERY_FAILS = 100;
  private static final long DIAL_TIMEOUT_NANOS = TimeUnit.SECONDS.toNanos(10);
  private static final long MAY_DIAL_NANOS = TimeUnit.SECONDS.toNanos(10);

  /** First wait of a kept server on our own network. */
  private static final long KEPT_FIRST_WAIT_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** A session this long was worth dialling: the waits of a kept server start over. */
  private static final long GOOD_SESSION_NANOS = TimeUnit.SECONDS.toNanos(30);

  /** So many servers that nobody dialled yet are enough. */
  private static final int FOUND_WANTED = 20;

  private static final int MAX_SERVERS = 1000;
  private static final int MAX_KEPT = 1000;

  /** So many kept servers are dialled at once, as the network allows. */
  private static final int MAX_KEPT_DIALS = 40;

  private static final double JITTER = 0.1;

  /**
   * How the pool works.
   *
   * @param keptWaitNanos the longest wait of a kept server, and every wait of one that is far away:
   *     geth's servers refuse the same address for 30 s
   * @param preNegotiate whether servers are asked before they are dialled
   */
  public record Settings(long keptWaitNanos, boolean preNegotiate) {
    /** As geth without UDP queries. */
    public static final Settings STANDARD = new Settings(TimeUnit.SECONDS.toNanos(35), false);
  }

  /** The answer to a query. */
  public enum QueryAnswer {
    /** It would take us, or cannot be asked. */
    YES,
    /** It would not. */
    NO,
    /** There was none. */
    SILENCE
  }

  /** Where a server is on its way to a connection. */
  public enum State {
    /** It may be dialled. */
    IDLE,
    /** It is asked whether it would take us. */
    QUERIED,
    /** It said yes. */
    WILLING,
    /** It is being dialled. */
    DIALLED,
    /** It is connected. */
    CONNECTED,
    /** It waits for its next dial. */
    WAITING
  }

  /**
   * One server as people see it.
   *
   * @param server who and where
   * @param kept whether the user wants it kept
   * @param state where it is
   * @param waitNanos until it may be dialled, 0 if that is now or does not apply
   * @param weight what it is worth by what dialling it cost, 0 if nothing is known
   */
  public record Entry(Enode server, boolean kept, State state, long waitNanos, double weight) {}

  private final Settings settings;
  private final ServerMemory memory;
  private final ValueTracker values;
  private final ServerSelection selection;
  private final ServerPrices prices;
  private final RandomGenerator random;
  private final long wallOffsetNanos;
  private final Map<NodeId, PoolNode> nodes = new LinkedHashMap<>();
  private int queryFails;

  /**
   * Starts with the servers that are remembered.
   *
   * @param wallNanos the wall-clock time at {@code nowNanos}, since 1970
   */
  public ServerPool(
      Settings settings,
      ServerMemory memory,
      ValueTracker values,
      ServerSelection selection,
      ServerPrices prices,
      RandomGenerator random,
      long nowNanos,
      long wallNanos) {
    this.settings = settings;
    this.memory = memory;
    this.values = values;
    this.selection = selection;
    this.prices = prices;
    this.random = random;
    this.wallOffsetNanos = wallNanos - nowNanos;
    for (Map.Entry<Bytes, Bytes> entry : memory.entries(PoolNode.KEY)) {
      restore(entry.getKey(), entry.getValue(), nowNanos);
    }
  }

  private long unixSeconds(long nowNanos) {
    return Math.floorDiv(nowNanos + wallOffsetNanos, TimeUnit.SECONDS.toNanos(1));
  }

  // ---- what is told to the pool

  /** Keeps a server connected from now on, whatever it is worth; false if there are too many. */
  public boolean keep(Enode server) {
    PoolNode node = nodes.get(server.nodeId());
    if (node == null) {
      if (nodes.values().stream().filter(n -> n.kept).count() >= MAX_KEPT) {
        return false;
      }
      node = new PoolNode(server);
      nodes.put(server.nodeId(), node);
    }
    node.server = server;
    node.kept = true;
    if (node.state == State.WAITING) {
      node.become(State.IDLE, 0);
    }
    return true;
  }

  /** Treats a server like any other again, and does not dial it soon. */
  public void release(NodeId id) {
    PoolNode node = nodes.get(id);
    if (node != null) {
      node.kept = false;
      if (node.weight == 0 && node.state != State.CONNECTED) {
        nodes.remove(id);
      }
    }
  }

  /** Whether a server is to be kept connected. */
  public boolean keeps(NodeId id) {
    PoolNode node = nodes.get(id);
    return node != null && node.kept;
  }

  /** A server was found; one that is known may have moved. False if there is no room. */
  public boolean onFound(Enode server) {
    if (server.endpoint().isEmpty()) {
      return false;
    }
    PoolNode node = nodes.get(server.nodeId());
    if (node != null) {
      if (!node.kept) {
        node.server = server;
      }
      return true;
    }
    if (nodes.size() >= MAX_SERVERS && !forgetOne()) {
      return false;
    }
    nodes.put(server.nodeId(), new PoolNode(server));
    return true;
  }

  private boolean forgetOne() {
    Iterator<PoolNode> all = nodes.values().iterator();
    while (all.hasNext()) {
      PoolNode node = all.next();
      if (!node.kept
          && node.weight == 0
          && (node.state == State.WAITING || node.state == State.IDLE)) {
        all.remove();
        return true;
      }
    }
    return false;
  }

  /** Whether more servers should be found. */
  public boolean wantsMore() {
    int fresh = 0;
    for (PoolNode node : nodes.values()) {
      if (node.state == State.IDLE && !node.kept && node.weight == 0) {
        fresh++;
      }
    }
    return fresh < FOUND_WANTED;
  }

  /** A dial failed, or the connection ended before it was of any use. */
  public void onDialFailed(NodeId id, long nowNanos) {
    PoolNode node = nodes.get(id);
    if (node != null && node.state == State.DIALLED) {
      failed(node, DIAL_COST, DIAL_WAIT_STEP, nowNanos);
    }
  }

  /** A query was answered, or not. */
  public void onQueried(NodeId id, QueryAnswer answer, long nowNanos) {
    PoolNode node = nodes.get(id);
    if (node == null || node.state != State.QUERIED) {
      return;
    }
    queryFails = answer == QueryAnswer.SILENCE ? queryFails + 1 : 0;
    if (answer == QueryAnswer.YES) {
      node.become(State.WILLING, nowNanos + MAY_DIAL_NANOS);
    } else {
      failed(node, QUERY_COST, QUERY_WAIT_STEP, nowNanos);
    }
  }

  /**
   * A server is connected and usable, whoever dialled.
   *
   * @param server where it can be dialled, null if that is not known
   */
  public void onConnected(NodeId id, @Nullable Enode server, long nowNanos) {
    PoolNode node = nodes.get(id);
    if (node == null) {
      if (server == null || !onFound(server)) {
        return;
      }
      node = nodes.get(id);
    }
    if (node != null) {
      node.become(State.CONNECTED, Long.MAX_VALUE);
      node.connectedNanos = nowNanos;
    }
  }

  /** A connected server is gone; to be told before the value tracker. */
  public void onDisconnected(NodeId id, long nowNanos) {
    PoolNode node = nodes.get(id);
    if (node != null && node.state == State.CONNECTED) {
      if (nowNanos - node.connectedNanos >= GOOD_SESSION_NANOS) {
        node.failures = 0;
      }
      failed(node, DIAL_COST, DIAL_WAIT_STEP, nowNanos);
    }
  }

  /** A server must not be dialled for a while, because it cannot be used or lied. */
  public void onUnusable(NodeId id, long atLeastNanos, long nowNanos) {
    PoolNode node = nodes.get(id);
    if (node != null && node.state != State.CONNECTED) {
      long until = node.state == State.WAITING ? node.untilNanos : nowNanos;
      node.become(State.WAITING, Math.max(until, nowNanos + atLeastNanos));
    }
  }

  /**
   * The network is back after a pause: what failed before says nothing, everybody may be dialled.
   */
  public void onNetworkBack() {
    for (PoolNode node : nodes.values()) {
      node.failures = 0;
      if (node.state == State.WAITING || node.state == State.DIALLED) {
        node.become(State.IDLE, 0);
      }
    }
  }

  // ---- what the pool decides

  /**
   * What to do now.
   *
   * @param freeSlots how many connections are missing, dials under way not counted as connections;
   *     kept servers are dialled beyond that
   */
  public List<PoolAction> due(int freeSlots, long nowNanos) {
    expire(nowNanos);
    List<PoolAction> due = new ArrayList<>();
    int under = 0;
    int keptUnder = 0;
    for (PoolNode node : nodes.values()) {
      if (node.state == State.DIALLED) {
        under += node.kept ? 0 : 1;
        keptUnder += node.kept ? 1 : 0;
      }
    }
    for (PoolNode node : nodes.values()) {
      if (node.kept
          && node.state == State.IDLE
          && node.server.endpoint().isPresent()
          && keptUnder < MAX_KEPT_DIALS) {
        due.add(dial(node, nowNanos));
        keptUnder++;
      }
    }
    while (under < freeSlots) {
      PoolAction next = settings.preNegotiate() ? willing(nowNanos) : chosen(nowNanos);
      if (next == null) {
        break;
      }
      due.add(next);
      under++;
    }
    if (settings.preNegotiate() && under < freeSlots) {
      query(due, freeSlots - under, nowNanos);
    }
    return due;
  }

  private PoolAction dial(PoolNode node, long nowNanos) {
    node.become(State.DIALLED, nowNanos + DIAL_TIMEOUT_NANOS);
    return new PoolAction.Dial(node.server);
  }

  private @Nullable PoolAction chosen(long nowNanos) {
    PoolNode node = choose();
    return node == null ? null : dial(node, nowNanos);
  }

  private @Nullable PoolAction willing(long nowNanos) {
    for (PoolNode node : nodes.values()) {
      if (node.state == State.WILLING) {
        return dial(node, nowNanos);
      }
    }
    return null;
  }

  private void query(List<PoolAction> due, int freeSlots, long nowNanos) {
    int slots = freeSlots;
    long asked = nodes.values().stream().filter(n -> n.state == State.QUERIED).count();
    while (asked < MAX_QUERIES && slots > 0) {
      PoolNode node = choose();
      if (node == null) {
        return;
      }
      if (random.nextInt(2 * MAX_QUERY_FAILS) < Math.min(queryFails, MAX_QUERY_FAILS)) {
        due.add(dial(node, nowNanos));
        slots--;
      } else {
        node.become(State.QUERIED, nowNanos + DIAL_TIMEOUT_NANOS);
        due.add(new PoolAction.Query(node.server));
        asked++;
      }
    }
  }

  private @Nullable PoolNode choose() {
    List<PoolNode> idle = new ArrayList<>();
    List<Candidate> candidates = new ArrayList<>();
    for (PoolNode node : nodes.values()) {
      if (node.kept || node.state != State.IDLE) {
        continue;
      }
      double factor = prices.moneyFactor(node.server.nodeId());
      if (factor > 0) {
        idle.add(node);
        candidates.add(
            new Candidate(
                node.server,
                node.weight * factor,
                node.value,
                prices.priceRatio(node.server.nodeId())));
      }
    }
    return candidates.isEmpty() ? null : idle.get(selection.choose(candidates, random));
  }

  /** After how long to look again if nothing else happens; the largest number if never. */
  public long nextLookNanos(long nowNanos) {
    long next = Long.MAX_VALUE;
    for (PoolNode node : nodes.values()) {
      if (node.state != State.IDLE && node.state != State.CONNECTED) {
        next = Math.min(next, Math.max(0, node.untilNanos - nowNanos));
      }
    }
    return next;
  }

  private void expire(long nowNanos) {
    for (PoolNode node : List.copyOf(nodes.values())) {
      if (node.state == State.IDLE
          || node.state == State.CONNECTED
          || node.untilNanos - nowNanos > 0) {
        continue;
      }
      switch (node.state) {
        case DIALLED -> failed(node, DIAL_COST, DIAL_WAIT_STEP, nowNanos);
        case QUERIED -> failed(node, QUERY_COST, QUERY_WAIT_STEP, nowNanos);
        case WAITING -> {
          if (!node.kept && node.weight == 0) {
            nodes.remove(node.server.nodeId()); // found again if it is still there
          } else {
            node.become(State.IDLE, 0);
          }
        }
        case WILLING -> node.become(State.IDLE, 0);
        case IDLE, CONNECTED -> {}
      }
    }
  }

  private void failed(PoolNode node, long cost, double waitStep, long nowNanos) {
    boolean remembered = wait(node, cost, waitStep, nowNanos);
    if (node.kept) {
      long wait =
          node.isNear()
              ? Math.min(
                  settings.keptWaitNanos(),
                  KEPT_FIRST_WAIT_NANOS << Math.min(node.failures++, Integer.SIZE))
              : settings.keptWaitNanos();
      node.become(State.WAITING, nowNanos + jittered(wait));
    } else if (!remembered) {
      nodes.remove(node.server.nodeId(), node);
    }
  }

  private long jittered(long waitNanos) {
    return waitNanos + (long) (waitNanos * JITTER * random.nextDouble());
  }

  /** Computes the next wait and the weight (geth: setRedialWait); false if it is forgotten. */
  private boolean wait(PoolNode node, long cost, double waitStep, long nowNanos) {
    var id = node.server.nodeId().hash();
    double sessionValue = values.sessionValue(id, nowNanos);
    node.value = values.totalValue(id, nowNanos);
    long logOffset = values.logOffset(nowNanos);
    node.dialCost.add(cost, logOffset);
    double totalDialCost = Math.max(DIAL_COST, node.dialCost.valueAt(logOffset));
    long unix = unixSeconds(nowNanos);
    double planned = node.waitEndSeconds - node.waitStartSeconds;
    double actual = unix > node.waitEndSeconds ? planned : unix - node.waitStartSeconds;
    double next = Math.max(planned, actual * waitStep);
    double a = node.value * DIAL_COST * MIN_WAIT_SECONDS;
    double b = totalDialCost * sessionValue;
    if (a < b * next) {
      next = a / b;
    }
    next = Math.max(MIN_WAIT_SECONDS, next);
    if (next >= FORGET_WAIT_SECONDS) {
      forget(node);
      return false;
    }
    node.waitStartSeconds = unix;
    node.waitEndSeconds = unix + (long) next;
    node.become(State.WAITING, nowNanos + jittered((long) (next * TimeUnit.SECONDS.toNanos(1))));
    updateWeight(node, totalDialCost);
    return true;
  }

  private void updateWeight(PoolNode node, double totalDialCost) {
    double weight = Math.floor(node.value * WEIGHT_MULTIPLIER / totalDialCost);
    if (weight >= WEIGHT_THRESHOLD) {
      node.weight = weight;
      memory.save(Map.of(node.key(), Optional.of(node.encode())));
    } else {
      forget(node);
    }
  }

  /** It is not worth remembering; it may be found again. */
  private void forget(PoolNode node) {
    node.dialCost = new ExpiredValue();
    node.waitStartSeconds = 0;
    node.waitEndSeconds = 0;
    if (node.weight > 0) {
      node.weight = 0;
      memory.save(Map.of(node.key(), Optional.empty()));
    }
  }

  /** Updates and saves what connected servers are worth; to be called before the process ends. */
  public void close(long nowNanos) {
    for (PoolNode node : nodes.values()) {
      if (node.state == State.CONNECTED) {
        long logOffset = values.logOffset(nowNanos);
        node.value = values.totalValue(node.server.nodeId().hash(), nowNanos);
        updateWeight(node, (double) Math.max(DIAL_COST, node.dialCost.valueAt(logOffset)));
      }
    }
  }

  /** All servers, as people see them. */
  public List<Entry> entries(long nowNanos) {
    List<Entry> entries = new ArrayList<>(nodes.size());
    for (PoolNode node : nodes.values()) {
      long wait = node.state == State.WAITING ? Math.max(0, node.untilNanos - nowNanos) : 0;
      entries.add(new Entry(node.server, node.kept, node.state, wait, node.weight));
    }
    return entries;
  }

  // ---- what is remembered

  private void restore(Bytes key, Bytes stored, long nowNanos) {
    try {
      PoolNode node = PoolNode.decode(stored);
      long logOffset = values.logOffset(nowNanos);
      node.value = values.totalValue(node.server.nodeId().hash(), nowNanos);
      double cost = Math.max(DIAL_COST, node.dialCost.valueAt(logOffset));
      double weight = Math.floor(node.value * WEIGHT_MULTIPLIER / cost);
      if (weight < WEIGHT_THRESHOLD || nodes.size() >= MAX_SERVERS) {
        memory.save(Map.of(key, Optional.empty()));
        return;
      }
      node.weight = weight;
      // where the clock was set back, the rest of a wait is not longer than the wait was
      long rest =
          Math.min(
              node.waitEndSeconds - unixSeconds(nowNanos),
              node.waitEndSeconds - node.waitStartSeconds);
      if (rest > 0) {
        node.become(State.WAITING, nowNanos + TimeUnit.SECONDS.toNanos(rest));
      }
      nodes.put(node.server.nodeId(), node);
    } catch (RlpException | IllegalArgumentException e) {
      memory.save(Map.of(key, Optional.empty())); // found again if it is still there
    }
  }
}
