package io.lesnode.vipnode.pool;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.apache.tuweni.bytes.Bytes32;
import org.jspecify.annotations.Nullable;

/**
 * The hosts of a pool, and which of them suit a client best. Confined to the pool's loop.
 *
 * <p><b>Who is offered</b> (docs/pool.md, "Matching"): a host that is connected, was heard of
 * within the expiry, is on the client's chain, speaks a common version of LES, has the capacity
 * free, is not dearer than the client pays, is not behind the pool's own verified head by more than
 * the rules allow and does not contradict it. Never the asker itself, never whom the asker already
 * has. Exactly as many as asked for, or fewer if there are not so many.
 *
 * <p><b>In which order.</b> Each host gets points, fewer are better: what it is dearer than the
 * cheapest candidate, in thousandths; two for a millisecond of latency (the median of what clients
 * reported); 250 for a block of lag; up to 250 as its capacity fills; and its faults, half of which
 * are forgotten every ten minutes. Who has equal points is ordered by a hash of the pool's seed,
 * the asker and the host: different askers get different hosts, the same asker always the same.
 */
final class HostBook {
  private static final long POINTS_PER_MILLI = 2;
  private static final long POINTS_PER_BLOCK = 250;
  private static final long POINTS_FULL = 250;
  private static final long MOST_PRICE_POINTS = 1_000_000;

  private final PoolRules rules;
  private final HeadTrack heads;
  private final long seed;
  private final Map<Bytes32, HostEntry> hosts = new HashMap<>();

  HostBook(PoolRules rules, HeadTrack heads, long seed) {
    this.rules = rules;
    this.heads = heads;
    this.seed = seed;
  }

  /**
   * A host has reported. A newer session takes the host over from an older one; what is known of it
   * stays.
   */
  void report(long session, HostFacts facts, long nowSeconds) {
    HostEntry entry = hosts.get(facts.id());
    if (entry == null) {
      entry = new HostEntry(facts, session, nowSeconds, FaultScore.NONE);
      hosts.put(facts.id(), entry);
    }
    entry.facts = facts;
    entry.session = session;
    entry.lastSeenSeconds = nowSeconds;
    boolean wasLagging = entry.lagging;
    switch (heads.judge(facts.headNumber(), facts.headHash())) {
      case HeadTrack.Verdict.OtherChain other -> {
        fault(facts.id(), HostFault.BAD_PROOF, nowSeconds);
        entry.lagging = true;
      }
      case HeadTrack.Verdict.Behind behind -> {
        entry.lagBlocks = behind.blocks();
        entry.lagging = behind.blocks() > rules.maxLagBlocks();
        if (entry.lagging && !wasLagging) {
          fault(facts.id(), HostFault.LAGGING, nowSeconds);
        }
      }
    }
  }

  /** A host of before a restart: it must report before it is offered. */
  void restore(HostFacts facts, long lastSeenSeconds, FaultScore score) {
    hosts.put(facts.id(), new HostEntry(facts, HostEntry.NO_SESSION, lastSeenSeconds, score));
  }

  /** A connection has ended. A host that has a newer one keeps it (D17). */
  void onClosed(long session, Bytes32 id) {
    HostEntry entry = hosts.get(id);
    if (entry != null && entry.session == session) {
      entry.session = HostEntry.NO_SESSION;
    }
  }

  void fault(Bytes32 id, HostFault fault, long nowSeconds) {
    HostEntry entry = hosts.get(id);
    if (entry != null) {
      entry.score = entry.score.plus(fault.points(), nowSeconds, rules.scoreHalfLifeSeconds());
    }
  }

  void reserve(Bytes32 id, long capacity) {
    HostEntry entry = hosts.get(id);
    if (entry != null) {
      entry.reserved = Math.max(0, entry.reserved + capacity);
    }
  }

  void reportLatency(Bytes32 id, Bytes32 client, int millis) {
    HostEntry entry = hosts.get(id);
    if (entry != null) {
      entry.reportLatency(client, Math.clamp(millis, 0, 60_000));
    }
  }

  /**
   * The best hosts for a client.
   *
   * @param excluded hosts that it must not get: those it has, those it quarrelled with
   * @return exactly {@code count} or fewer, best first
   */
  List<HostFacts> match(
      Bytes32 asker, int count, Wishes wishes, Predicate<Bytes32> excluded, long nowSeconds) {
    int limit = Math.min(count, rules.maxHostsPerRequest());
    if (limit <= 0) {
      return List.of();
    }
    List<HostEntry> suitable = new ArrayList<>();
    long cheapest = Long.MAX_VALUE;
    for (HostEntry entry : hosts.values()) {
      if (!entry.facts.id().equals(asker)
          && !excluded.test(entry.facts.id())
          && offers(entry, wishes, nowSeconds)) {
        suitable.add(entry);
        cheapest = Math.min(cheapest, entry.facts.price().weiPerGigaToken());
      }
    }
    long reference = cheapest;
    return suitable.stream()
        .map(
            entry ->
                new Ranked(entry.facts, points(entry, reference, nowSeconds), tie(asker, entry)))
        .sorted(Comparator.comparingLong(Ranked::points).thenComparingLong(Ranked::tie))
        .limit(limit)
        .map(Ranked::facts)
        .toList();
  }

  private record Ranked(HostFacts facts, long points, long tie) {}

  private boolean offers(HostEntry entry, Wishes wishes, long nowSeconds) {
    return active(entry, nowSeconds)
        && !entry.lagging
        && !contradicts(entry)
        && entry.free() >= wishes.capacity()
        && entry.facts.price().weiPerGigaToken() <= wishes.maxPrice().weiPerGigaToken()
        && entry.facts.chain().fits(wishes.chain());
  }

  /** Our chain may have got another block at this height since the host reported it. */
  private boolean contradicts(HostEntry entry) {
    return heads.judge(entry.facts.headNumber(), entry.facts.headHash())
        instanceof HeadTrack.Verdict.OtherChain;
  }

  boolean active(HostEntry entry, long nowSeconds) {
    return entry.session != HostEntry.NO_SESSION
        && nowSeconds - entry.lastSeenSeconds <= rules.expirySeconds();
  }

  private long points(HostEntry entry, long cheapest, long nowSeconds) {
    long dearer = entry.facts.price().weiPerGigaToken() - cheapest;
    long price = dearer / Math.max(1, cheapest / 1_000);
    long full =
        entry.facts.capacity() == 0 ? 0 : entry.reserved * POINTS_FULL / entry.facts.capacity();
    return Math.min(price, MOST_PRICE_POINTS)
        + POINTS_PER_MILLI * entry.latencyMillis()
        + POINTS_PER_BLOCK * Math.min(entry.lagBlocks, 1_000)
        + full
        + entry.score.at(nowSeconds, rules.scoreHalfLifeSeconds());
  }

  private long tie(Bytes32 asker, HostEntry entry) {
    long mixed =
        seed
            ^ asker.slice(0, 8).toLong()
            ^ Long.rotateLeft(entry.facts.id().slice(0, 8).toLong(), 17);
    mixed = (mixed ^ (mixed >>> 30)) * 0xbf58476d1ce4e5b9L;
    mixed = (mixed ^ (mixed >>> 27)) * 0x94d049bb133111ebL;
    return mixed ^ (mixed >>> 31);
  }

  /** The active hosts for people to see. */
  List<PoolFigures.ActiveHost> figures(Map<Bytes32, Integer> clientsOf, long nowSeconds) {
    return hosts.values().stream()
        .filter(entry -> active(entry, nowSeconds))
        .sorted(Comparator.comparing(entry -> entry.facts.id().toHexString()))
        .map(
            entry ->
                new PoolFigures.ActiveHost(
                    entry.facts.id(),
                    entry.lastSeenSeconds,
                    entry.facts.headNumber(),
                    clientsOf.getOrDefault(entry.facts.id(), 0),
                    entry.facts.capacity(),
                    entry.reserved,
                    entry.facts.price(),
                    entry.latencyMillis(),
                    entry.score.at(nowSeconds, rules.scoreHalfLifeSeconds()),
                    entry.lagging,
                    entry.facts.version()))
        .toList();
  }

  @Nullable HostEntry entry(Bytes32 id) {
    return hosts.get(id);
  }

  Optional<HostFacts> facts(Bytes32 id) {
    return Optional.ofNullable(hosts.get(id)).map(entry -> entry.facts);
  }

  Collection<HostEntry> all() {
    return hosts.values();
  }

  int size() {
    return hosts.size();
  }

  /** Forgets the host that was silent for longest, if there is one that nobody uses. */
  boolean forgetOldest() {
    Optional<HostEntry> oldest =
        hosts.values().stream()
            .filter(entry -> entry.session == HostEntry.NO_SESSION && entry.reserved == 0)
            .min(Comparator.comparingLong(entry -> entry.lastSeenSeconds));
    oldest.ifPresent(entry -> hosts.remove(entry.facts.id()));
    return oldest.isPresent();
  }
}
