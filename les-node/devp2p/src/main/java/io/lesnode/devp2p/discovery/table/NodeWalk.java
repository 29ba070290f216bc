package io.lesnode.devp2p.discovery.table;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.apache.tuweni.bytes.Bytes32;

/**
 * Keeps the table of one protocol alive and finds nodes (geth's {@code Table.loop} and {@code
 * lookupIterator}). Confined to the discovery loop.
 *
 * <p>Whoever is heard of is asked to answer, a few at a time; whoever answers counts as found once
 * its record is known. One node is asked again every 5 seconds on average. Lookups run one after
 * the other: for ourselves at first, then towards places chosen by chance; every 5 seconds while
 * more nodes are wanted and every half hour otherwise. A table that is empty asks the starting
 * nodes again, ever less often. Without starting nodes it contacts nobody who has not spoken first.
 */
public final class NodeWalk {
  private static final int CHECKS_PARALLEL = 8;
  private static final int CHECKS_WAITING_MAX = 256;
  private static final long REVALIDATE_MAX_NANOS = TimeUnit.SECONDS.toNanos(10);
  private static final long FIRST_LOOKUP_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final long HUNGRY_NANOS = TimeUnit.SECONDS.toNanos(5);
  private static final long REFRESH_NANOS = TimeUnit.MINUTES.toNanos(30);
  private static final long RETRY_FIRST_NANOS = TimeUnit.SECONDS.toNanos(3);
  private static final long RETRY_MAX_NANOS = TimeUnit.MINUTES.toNanos(5);

  /** How often it is looked whether something is due. */
  private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

  private final Target self;
  private final NodeTable table;
  private final NodeQueries queries;
  private final DiscoveryLoop loop;
  private final RandomGenerator random;
  private final List<KnownNode> seeds;
  private final BooleanSupplier hungry;
  private final Consumer<KnownNode> found;

  private final Deque<KnownNode> waiting = new ArrayDeque<>();
  private final Set<Bytes32> checking = new HashSet<>();

  /** Nodes that were silent once; no more than are being checked or wait for it. */
  private final Set<Bytes32> suspects = new HashSet<>();

  private boolean lookupRuns;
  private boolean selfLookedUp;
  private boolean ended;
  private long nextLookupNanos;
  private long nextRevalidateNanos;
  private long nextRetryNanos;
  private long retryWaitNanos = RETRY_FIRST_NANOS;
  private long lookups;
  private OptionalLong lastLookupSeconds = OptionalLong.empty();

  /**
   * Prepares a walk.
   *
   * @param self our own key
   * @param seeds the starting nodes
   * @param hungry whether more nodes are wanted at present
   * @param found hears of every node with a record that answered, again when its record changes
   */
  public NodeWalk(
      Target self,
      NodeTable table,
      NodeQueries queries,
      DiscoveryLoop loop,
      RandomGenerator random,
      List<KnownNode> seeds,
      BooleanSupplier hungry,
      Consumer<KnownNode> found) {
    this.self = self;
    this.table = table;
    this.queries = queries;
    this.loop = loop;
    this.random = random;
    this.seeds = List.copyOf(seeds);
    this.hungry = hungry;
    this.found = found;
  }

  /** Starts; the first lookup runs a second later. */
  public void start() {
    long now = loop.nowNanos();
    nextLookupNanos = now + FIRST_LOOKUP_NANOS;
    nextRevalidateNanos = now + random.nextLong(REVALIDATE_MAX_NANOS);
    nextRetryNanos = now + RETRY_FIRST_NANOS;
    seeds.forEach(this::onSeen);
    loop.after(LOOK_NANOS, this::look);
  }

  /** Asks nobody any more. */
  public void end() {
    ended = true;
    waiting.clear();
  }

  private void look() {
    if (ended) {
      return;
    }
    long now = loop.nowNanos();
    if (table.liveCount() == 0) {
      retrySeeds(now);
    } else {
      retryWaitNanos = RETRY_FIRST_NANOS;
      nextRetryNanos = now + RETRY_FIRST_NANOS;
    }
    if (now - nextRevalidateNanos >= 0) {
      nextRevalidateNanos = now + random.nextLong(REVALIDATE_MAX_NANOS);
      table.nextToCheck(random).ifPresent(this::check);
    }
    long due = hungry.getAsBoolean() ? Math.min(nextLookupNanos, now) : nextLookupNanos;
    if (!lookupRuns && now - due >= 0 && now - notBeforeNanos() >= 0) {
      lookup(now);
    }
    loop.after(LOOK_NANOS, this::look);
  }

  /** Even a hungry node waits between lookups. */
  private long notBeforeNanos() {
    return lookups == 0 ? nextLookupNanos : nextLookupNanos - REFRESH_NANOS + HUNGRY_NANOS;
  }

  private void retrySeeds(long now) {
    if (now - nextRetryNanos >= 0) {
      retryWaitNanos = Math.min(2 * retryWaitNanos, RETRY_MAX_NANOS);
      nextRetryNanos = now + retryWaitNanos;
      seeds.forEach(this::onSeen);
    }
  }

  private void lookup(long now) {
    nextLookupNanos = now + REFRESH_NANOS;
    if (table.size() == 0) {
      nextLookupNanos = now + FIRST_LOOKUP_NANOS;
      return;
    }
    Target target = selfLookedUp ? Target.random(random) : self;
    selfLookedUp = true;
    lookupRuns = true;
    lookups++;
    lastLookupSeconds = OptionalLong.of(loop.nowSeconds());
    new Lookup(self.hash(), table, queries, target, loop, this::check, () -> lookupRuns = false)
        .start();
  }

  /** Somebody was heard of, or spoke to us, without a proof that it can be reached. */
  public void onSeen(KnownNode node) {
    if (table.addSeen(node, loop.nowNanos())) {
      check(node);
    }
  }

  /** Somebody answered from its endpoint. */
  public void onVerified(KnownNode node, long remoteSeq) {
    boolean first = table.liveCount() == 0;
    table.addVerified(node, loop.nowNanos());
    KnownNode kept = table.node(node.hash()).orElse(node);
    if (Long.compareUnsigned(remoteSeq, kept.seq()) > 0) {
      queries.requestRecord(kept, record -> record.ifPresent(r -> onRecord(kept.with(r))));
    } else if (kept.record() != null) {
      found.accept(kept);
    }
    if (first && !lookupRuns && selfLookedUp) {
      selfLookedUp = false; // the network is back
      nextLookupNanos = loop.nowNanos() + FIRST_LOOKUP_NANOS;
    }
  }

  private void onRecord(KnownNode node) {
    table.addVerified(node, loop.nowNanos());
    found.accept(node);
  }

  private void check(KnownNode node) {
    if (ended || checking.contains(node.hash()) || waiting.size() >= CHECKS_WAITING_MAX) {
      return;
    }
    waiting.add(node);
    checkNext();
  }

  private void checkNext() {
    while (checking.size() < CHECKS_PARALLEL && !waiting.isEmpty()) {
      KnownNode node = Objects.requireNonNull(waiting.poll());
      if (checking.add(node.hash())) {
        queries.ping(node, answer -> checked(node, answer));
      }
    }
  }

  private void checked(KnownNode node, OptionalLong answer) {
    checking.remove(node.hash());
    if (answer.isPresent()) {
      suspects.remove(node.hash());
      onVerified(node, answer.getAsLong());
    } else if (table.isLive(node.hash()) && suspects.add(node.hash())) {
      check(node); // one lost packet is no reason to forget a node that has answered before
    } else {
      suspects.remove(node.hash());
      table.dead(node, random, loop.nowNanos()).ifPresent(this::check);
    }
    checkNext();
  }

  /** How many lookups were started. */
  public long lookups() {
    return lookups;
  }

  /** When the last lookup was started, seconds since 1970. */
  public OptionalLong lastLookupSeconds() {
    return lastLookupSeconds;
  }
}
