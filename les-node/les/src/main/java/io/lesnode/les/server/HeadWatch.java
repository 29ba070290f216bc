package io.lesnode.les.server;

import io.lesnode.les.wire.LesMessage.Announce;
import io.lesnode.primitives.BlockHeader;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;
import org.jspecify.annotations.Nullable;

/**
 * Turns head changes into announcements. Heads come on the thread of the chain writer, where
 * reading the branches for the depth of a reorganisation is no burden; the node loop takes the
 * newest announcement when it wants one. Heads that came in between are never announced, and the
 * depth is always that below the head announced last.
 *
 * <p>Only heads with more total difficulty than the last one count. Reference: geth v1.10.26,
 * les/server_handler.go, broadcastLoop.
 */
final class HeadWatch implements ServedChain.HeadListener {

  private final ServedChain chain;
  private final Consumer<Supplier<Optional<Announce>>> onNews;
  private final AtomicReference<News> news;

  /**
   * What was announced and what is to be announced.
   *
   * @param lastHead the head announced last
   * @param lastTotalDifficulty its total difficulty, 0 while nothing was announced
   * @param next the head to be announced, with its announcement
   */
  private record News(BlockHeader lastHead, UInt256 lastTotalDifficulty, @Nullable Next next) {}

  private record Next(ServedHead head, Announce announce) {}

  /**
   * Starts from the present head.
   *
   * @param onNews called on the thread of the chain writer when there is an announcement after
   *     there was none, with {@link #take}
   */
  HeadWatch(ServedChain chain, Consumer<Supplier<Optional<Announce>>> onNews) {
    this.chain = chain;
    this.onNews = onNews;
    this.news = new AtomicReference<>(new News(chain.head().header(), UInt256.ZERO, null));
  }

  @Override
  public void onHead(ServedHead head) {
    while (true) {
      News before = news();
      Next waiting = before.next();
      UInt256 beaten =
          waiting == null ? before.lastTotalDifficulty() : waiting.head().totalDifficulty();
      if (head.totalDifficulty().compareTo(beaten) <= 0) {
        return;
      }
      long reorgDepth =
          waiting != null && isChild(head.header(), waiting.head().header())
              ? waiting.announce().reorgDepth() // an import of many blocks must not walk far
              : reorgDepth(before.lastHead(), head.header());
      Next next = new Next(head, HeadAnnouncement.announce(head, reorgDepth));
      News after = new News(before.lastHead(), before.lastTotalDifficulty(), next);
      if (news.compareAndSet(before, after)) {
        if (waiting == null) {
          onNews.accept(this::take);
        }
        return;
      }
    }
  }

  /** Takes the newest announcement, if there is one; from the node loop. */
  Optional<Announce> take() {
    while (true) {
      News before = news();
      Next next = before.next();
      if (next == null) {
        return Optional.empty();
      }
      News after = new News(next.head().header(), next.head().totalDifficulty(), null);
      if (news.compareAndSet(before, after)) {
        return Optional.of(next.announce());
      }
    }
  }

  private News news() {
    return Objects.requireNonNull(news.get());
  }

  private static boolean isChild(BlockHeader header, BlockHeader parent) {
    return header.parentHash().equals(parent.hash());
  }

  private long reorgDepth(BlockHeader from, BlockHeader to) {
    if (isChild(to, from)) {
      return 0;
    }
    try (ServedView view = chain.openView()) {
      BlockHeader old = from;
      BlockHeader now = to;
      while (!old.hash().equals(now.hash())) {
        // the higher of the two steps down; at equal height the new one, then the old one
        boolean stepOld = old.number() > now.number();
        Optional<BlockHeader> parent = header(view, (stepOld ? old : now).parentHash());
        if (parent.isEmpty()) {
          return 0; // no common ancestor is known, as after a rewind
        }
        if (stepOld) {
          old = parent.get();
        } else {
          now = parent.get();
        }
      }
      return from.number() - old.number();
    }
  }

  private static Optional<BlockHeader> header(ServedView view, Bytes32 hash) {
    return view.header(hash).map(BlockHeader::decode);
  }
}
