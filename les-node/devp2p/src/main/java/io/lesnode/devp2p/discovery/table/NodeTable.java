package io.lesnode.devp2p.discovery.table;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.apache.tuweni.bytes.Bytes32;
import org.jspecify.annotations.Nullable;

/**
 * The nodes that a protocol knows, by their distance to us (geth p2p/discover/table.go). A value
 * machine, confined to the discovery loop.
 *
 * <p>17 buckets of 16 nodes and 10 replacements: the nearest 240 of 256 distances share one, where
 * there are never many nodes. At most 2 addresses of a /24 in a bucket and 10 in the table, the
 * local network excepted, so that whoever owns one network cannot surround us. A full bucket takes
 * nobody new: old nodes that answer are worth more than new ones, which wait as replacements for
 * one that does not.
 *
 * <p>Differs from geth: only nodes that have answered us are told to others or counted as found;
 * geth 1.10 passes on what it has merely heard. Pinned by {@code NodeTableTest}.
 */
public final class NodeTable {
  /** Nodes in a bucket; also what a lookup collects. */
  public static final int BUCKET_SIZE = 16;

  static final int REPLACEMENTS_MAX = 10;
  private static final int BUCKETS = 17;
  private static final int NEAREST_DISTANCE = Distance.MAX - BUCKETS;
  private static final int BUCKET_NETWORK_LIMIT = 2;
  private static final int TABLE_NETWORK_LIMIT = 10;

  /** A place in the table. */
  private static final class Entry {
    KnownNode node;
    final long addedNanos;
    boolean live;

    Entry(KnownNode node, boolean live, long nowNanos) {
      this.node = node;
      this.live = live;
      this.addedNanos = nowNanos;
    }
  }

  private static final class Bucket {
    /** The last one to answer first. */
    final List<Entry> entries = new ArrayList<>();

    /** The newest first. */
    final List<KnownNode> replacements = new ArrayList<>();

    final DistinctNetworks networks = new DistinctNetworks(BUCKET_NETWORK_LIMIT);
  }

  private final Bytes32 self;
  private final List<Bucket> buckets = new ArrayList<>();
  private final DistinctNetworks networks = new DistinctNetworks(TABLE_NETWORK_LIMIT);

  /**
   * An empty table.
   *
   * @param self our own hash
   */
  public NodeTable(Bytes32 self) {
    this.self = self;
    for (int i = 0; i < BUCKETS; i++) {
      buckets.add(new Bucket());
    }
  }

  private Bucket bucket(int distance) {
    return buckets.get(Math.max(0, distance - NEAREST_DISTANCE - 1));
  }

  private Bucket bucketOf(KnownNode node) {
    return bucket(Distance.log(self, node.hash()));
  }

  private static @Nullable Entry entry(Bucket bucket, Bytes32 hash) {
    for (Entry entry : bucket.entries) {
      if (entry.node.hash().equals(hash)) {
        return entry;
      }
    }
    return null;
  }

  private boolean admit(Bucket bucket, KnownNode node) {
    if (!networks.add(node.address())) {
      return false;
    }
    if (!bucket.networks.add(node.address())) {
      networks.remove(node.address());
      return false;
    }
    return true;
  }

  private void dismiss(Bucket bucket, KnownNode node) {
    networks.remove(node.address());
    bucket.networks.remove(node.address());
  }

  /**
   * Takes in a node that we have heard of.
   *
   * @return whether it is in the table now and was not before: it should be asked to answer
   */
  public boolean addSeen(KnownNode node, long nowNanos) {
    if (node.hash().equals(self)) {
      return false;
    }
    Bucket bucket = bucketOf(node);
    if (entry(bucket, node.hash()) != null) {
      return false;
    }
    if (bucket.entries.size() >= BUCKET_SIZE) {
      addReplacement(bucket, node);
      return false;
    }
    return enter(bucket, new Entry(node, false, nowNanos), bucket.entries.size());
  }

  /** Takes in a node that has just answered from its endpoint, or moves it to the front. */
  public void addVerified(KnownNode node, long nowNanos) {
    if (node.hash().equals(self)) {
      return;
    }
    Bucket bucket = bucketOf(node);
    Entry known = entry(bucket, node.hash());
    if (known != null) {
      bump(bucket, known, node);
    } else if (bucket.entries.size() >= BUCKET_SIZE) {
      addReplacement(bucket, node);
    } else {
      boolean unused = enter(bucket, new Entry(node, true, nowNanos), 0);
    }
  }

  private boolean enter(Bucket bucket, Entry entry, int place) {
    if (bucket.replacements.removeIf(entry.node::is)) {
      dismiss(bucket, entry.node);
    }
    if (!admit(bucket, entry.node)) {
      return false;
    }
    bucket.entries.add(place, entry);
    return true;
  }

  private void bump(Bucket bucket, Entry known, KnownNode node) {
    if (!known.node.address().equals(node.address())) {
      dismiss(bucket, known.node);
      if (!admit(bucket, node)) {
        boolean unused = admit(bucket, known.node);
        return;
      }
    }
    boolean older = Long.compareUnsigned(node.seq(), known.node.seq()) < 0;
    var record = known.node.record();
    known.node = older && record != null ? node.with(record) : node;
    known.live = true;
    bucket.entries.remove(known);
    bucket.entries.addFirst(known);
  }

  private void addReplacement(Bucket bucket, KnownNode node) {
    if (bucket.replacements.stream().anyMatch(node::is) || !admit(bucket, node)) {
      return;
    }
    bucket.replacements.addFirst(node);
    if (bucket.replacements.size() > REPLACEMENTS_MAX) {
      dismiss(bucket, bucket.replacements.removeLast());
    }
  }

  /** A node did not answer: it makes place for a replacement, if there is one. */
  public Optional<KnownNode> dead(KnownNode node, RandomGenerator random, long nowNanos) {
    Bucket bucket = bucketOf(node);
    Entry known = entry(bucket, node.hash());
    if (known == null) {
      return Optional.empty();
    }
    bucket.entries.remove(known);
    dismiss(bucket, known.node);
    if (bucket.replacements.isEmpty()) {
      return Optional.empty();
    }
    KnownNode next = bucket.replacements.remove(random.nextInt(bucket.replacements.size()));
    bucket.entries.add(new Entry(next, false, nowNanos)); // its network is counted already
    return Optional.of(next);
  }

  /** The node that has gone longest without an answer, of a bucket chosen by chance. */
  public Optional<KnownNode> nextToCheck(RandomGenerator random) {
    List<Bucket> filled = buckets.stream().filter(bucket -> !bucket.entries.isEmpty()).toList();
    return filled.isEmpty()
        ? Optional.empty()
        : Optional.of(filled.get(random.nextInt(filled.size())).entries.getLast().node);
  }

  /** Whether a node with this hash is known and has answered. */
  public boolean isLive(Bytes32 hash) {
    Entry known = entry(bucket(Distance.log(self, hash)), hash);
    return known != null && known.live;
  }

  /** A node with this hash, whether it has answered or not. */
  public Optional<KnownNode> node(Bytes32 hash) {
    Entry known = entry(bucket(Distance.log(self, hash)), hash);
    return known == null ? Optional.empty() : Optional.of(known.node);
  }

  /** The nodes nearest to a target, the nearest first. */
  public List<KnownNode> closest(Bytes32 target, int limit, boolean liveOnly) {
    Comparator<Bytes32> order = Distance.to(target);
    return buckets.stream()
        .flatMap(bucket -> bucket.entries.stream())
        .filter(entry -> entry.live || !liveOnly)
        .map(entry -> entry.node)
        .sorted((a, b) -> order.compare(a.hash(), b.hash()))
        .limit(limit)
        .toList();
  }

  /** The nodes at exactly this distance that have answered. */
  public List<KnownNode> at(int distance) {
    return bucket(distance).entries.stream()
        .filter(entry -> entry.live && Distance.log(self, entry.node.hash()) == distance)
        .map(entry -> entry.node)
        .toList();
  }

  /** The nodes that have answered and have been here for a while: worth keeping on disk. */
  public List<KnownNode> proven(long minAgeNanos, long nowNanos) {
    List<KnownNode> proven = new ArrayList<>();
    for (Bucket bucket : buckets) {
      for (Entry entry : bucket.entries) {
        if (entry.live && nowNanos - entry.addedNanos >= minAgeNanos) {
          proven.add(entry.node);
        }
      }
    }
    return proven;
  }

  /** How many nodes are in the buckets. */
  public int size() {
    return buckets.stream().mapToInt(bucket -> bucket.entries.size()).sum();
  }

  /** How many of them have answered. */
  public int liveCount() {
    return (int)
        buckets.stream()
            .flatMap(bucket -> bucket.entries.stream())
            .filter(entry -> entry.live)
            .count();
  }
}
