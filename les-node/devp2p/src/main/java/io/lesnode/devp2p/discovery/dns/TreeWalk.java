package io.lesnode.devp2p.discovery.dns;

import io.lesnode.devp2p.enr.NodeRecord;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Walks trees of nodes in DNS, one question at a time (geth p2p/dnsdisc). A value machine but for
 * the resolver, which blocks; used by one thread at a time.
 *
 * <p>A root that is signed by the key of its URL leads to entries, each checked against the hash
 * that led to it. They are visited in an order of chance, so that clients spread over the nodes;
 * trees that a tree links to are walked as well. A root is looked at again after half an hour: a
 * new sequence number starts over, an old one only tells of its nodes again. Failures wait ever
 * longer. Never more than 3 questions a second, and with nothing to do it says how long that will
 * last: the busy loop of geth's client (issue 22509) cannot happen.
 */
public final class TreeWalk {
  static final int TREES_MAX = 16;
  static final int ENTRIES_MAX = 8192;
  static final int RECORDS_MAX = 1000;
  static final long QUESTION_NANOS = TimeUnit.MILLISECONDS.toNanos(334);
  static final long RECHECK_NANOS = TimeUnit.MINUTES.toNanos(30);
  private static final long FIRST_RETRY_NANOS = TimeUnit.SECONDS.toNanos(5);
  private static final int ENTRY_TRIES = 3;

  /** An entry that is still to be read. */
  private record Pending(String hash, boolean isLink, int tries) {}

  private static final class Tree {
    final TreeUrl url;
    TreeEntry.@Nullable Root root;
    final List<Pending> pending = new ArrayList<>();
    final Set<String> seen = new HashSet<>();
    final List<NodeRecord> records = new ArrayList<>();
    long nextCheckNanos;
    long retryNanos = FIRST_RETRY_NANOS;

    Tree(TreeUrl url, long nowNanos) {
      this.url = url;
      this.nextCheckNanos = nowNanos;
    }
  }

  private final TxtResolver resolver;
  private final RandomGenerator random;
  private final Consumer<NodeRecord> found;
  private final Map<TreeUrl, Tree> trees = new LinkedHashMap<>();
  private int turn;
  private long failures;

  /**
   * Prepares a walk.
   *
   * @param found hears of every record, again after half an hour
   */
  public TreeWalk(
      List<TreeUrl> urls,
      TxtResolver resolver,
      RandomGenerator random,
      long nowNanos,
      Consumer<NodeRecord> found) {
    this.resolver = resolver;
    this.random = random;
    this.found = found;
    urls.stream().limit(TREES_MAX).forEach(url -> trees.put(url, new Tree(url, nowNanos)));
  }

  /**
   * Asks at most one question.
   *
   * @return how long to wait before the next call, always at least a third of a second
   */
  public long step(long nowNanos) {
    List<Tree> all = List.copyOf(trees.values());
    long wait = RECHECK_NANOS;
    for (int i = 0; i < all.size(); i++) {
      Tree tree = all.get((turn + i) % all.size());
      if (!tree.pending.isEmpty() || nowNanos - tree.nextCheckNanos >= 0) {
        turn = (turn + i + 1) % all.size();
        ask(tree, nowNanos);
        return QUESTION_NANOS;
      }
      wait = Math.min(wait, tree.nextCheckNanos - nowNanos);
    }
    return Math.max(QUESTION_NANOS, wait);
  }

  private void ask(Tree tree, long nowNanos) {
    if (nowNanos - tree.nextCheckNanos >= 0) {
      checkRoot(tree, nowNanos);
    } else {
      readEntry(tree, tree.pending.remove(random.nextInt(tree.pending.size())), nowNanos);
    }
  }

  private void checkRoot(Tree tree, long nowNanos) {
    try {
      TreeEntry.Root root =
          TreeEntry.parseRoot(text(tree.url.domain(), TreeEntry.ROOT_PREFIX), tree.url.publicKey());
      tree.nextCheckNanos = nowNanos + RECHECK_NANOS;
      tree.retryNanos = FIRST_RETRY_NANOS;
      TreeEntry.Root known = tree.root;
      if (known == null || root.seq() > known.seq()) {
        tree.root = root;
        tree.pending.clear();
        tree.seen.clear();
        tree.records.clear();
        add(tree, root.links(), true);
        add(tree, root.nodes(), false);
      } else {
        tree.records.forEach(found); // an older root is a replay: what is known stays
      }
    } catch (IOException | IllegalArgumentException bad) {
      failures++;
      tree.nextCheckNanos = nowNanos + tree.retryNanos;
      tree.retryNanos = Math.min(2 * tree.retryNanos, RECHECK_NANOS);
    }
  }

  private String text(String name, String prefix) throws IOException {
    for (String text : resolver.txt(name)) {
      if (text.startsWith(prefix)) {
        return text;
      }
    }
    throw new IOException("no TXT record of " + name + " starts with " + prefix);
  }

  private static void add(Tree tree, String hash, boolean isLink) {
    if (tree.seen.size() < ENTRIES_MAX && tree.seen.add(hash)) {
      tree.pending.add(new Pending(hash, isLink, 0));
    }
  }

  private void readEntry(Tree tree, Pending pending, long nowNanos) {
    try {
      TreeEntry entry =
          TreeEntry.parse(text(pending.hash() + "." + tree.url.domain(), "enr"), pending.hash());
      switch (entry) {
        case TreeEntry.Branch(List<String> children) ->
            children.forEach(child -> add(tree, child, pending.isLink()));
        case TreeEntry.Link(TreeUrl url) -> {
          if (pending.isLink() && trees.size() < TREES_MAX) {
            trees.computeIfAbsent(url, u -> new Tree(u, nowNanos));
          }
        }
        case TreeEntry.Leaf(NodeRecord record) -> {
          if (!pending.isLink() && tree.records.size() < RECORDS_MAX) {
            tree.records.add(record);
            found.accept(record);
          }
        }
        case TreeEntry.Root root -> {}
      }
    } catch (IOException unanswered) {
      failures++;
      if (pending.tries() + 1 < ENTRY_TRIES) {
        tree.pending.add(new Pending(pending.hash(), pending.isLink(), pending.tries() + 1));
      }
    } catch (IllegalArgumentException forged) {
      failures++;
    }
  }

  /** How many questions had no or no good answer. */
  public long failures() {
    return failures;
  }
}
