package io.lesnode.rpc;

import io.lesnode.primitives.BlockHeader;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns "the head is now this" into which blocks left the chain and which joined it, for any number
 * of listeners. Thread-safe.
 *
 * <p>Only the newest head waits while listeners are busy with an earlier one, so that nothing grows
 * when heads come faster than they are handled: the next move then spans several of them. Listeners
 * are called one after the other on a virtual thread, which exists only while there is a move to
 * tell; they may block.
 */
final class ChainFollower {
  private static final Logger LOG = LoggerFactory.getLogger(ChainFollower.class);

  /** Most blocks told of one move; the older ones of a long sync are left out. */
  static final int MAX_BLOCKS = 256;

  /** Hears of moves. */
  @FunctionalInterface
  interface Listener {
    void onMove(ChainMove move);
  }

  private final EthBackend backend;
  private final String name;

  /** Held while the feed of heads is turned on or off, which may wait for the feed's thread. */
  private final ReentrantLock switching = new ReentrantLock();

  private @Nullable Runnable stop; // guarded by switching

  private final Object state = new Object();
  private final Set<Listener> listeners = new LinkedHashSet<>(); // guarded by state, as all below
  private @Nullable BlockHeader told;
  private @Nullable BlockHeader waiting;
  private boolean telling;

  ChainFollower(EthBackend backend, String name) {
    this.backend = backend;
    this.name = name;
  }

  /**
   * Tells {@code listener} of every move from now on.
   *
   * @return what ends it; may be run more than once
   * @throws RpcException if the backend does not tell of heads
   */
  Runnable follow(Listener listener) {
    switching.lock();
    try {
      boolean first;
      BlockHeader head = backend.head();
      synchronized (state) {
        first = listeners.isEmpty();
        listeners.add(listener);
        if (first) {
          told = head;
        }
      }
      if (first) {
        start(listener);
      }
    } finally {
      switching.unlock();
    }
    return () -> leave(listener);
  }

  private void start(Listener listener) {
    try {
      stop = backend.onHead(this::onHead);
    } catch (RuntimeException refused) {
      synchronized (state) {
        listeners.remove(listener);
      }
      throw refused;
    }
    onHead(backend.head()); // one may have come before the backend knew us
  }

  private void leave(Listener listener) {
    switching.lock();
    try {
      boolean last;
      synchronized (state) {
        last = listeners.remove(listener) && listeners.isEmpty();
      }
      Runnable ending = stop;
      if (last && ending != null) {
        stop = null;
        ending.run();
      }
    } finally {
      switching.unlock();
    }
  }

  /** Any thread; never blocks. */
  private void onHead(BlockHeader head) {
    synchronized (state) {
      waiting = head;
      if (telling || listeners.isEmpty()) {
        return;
      }
      telling = true;
    }
    Thread.ofVirtual().name(name).start(this::tell);
  }

  private void tell() {
    while (true) {
      BlockHeader from;
      BlockHeader to;
      List<Listener> hearing;
      synchronized (state) {
        from = told;
        to = waiting;
        waiting = null;
        if (to == null || from == null || listeners.isEmpty()) {
          telling = false;
          return;
        }
        told = to;
        hearing = List.copyOf(listeners);
      }
      tell(hearing, from, to);
    }
  }

  private void tell(List<Listener> hearing, BlockHeader from, BlockHeader to) {
    try {
      ChainMove move = between(from, to);
      if (!move.isEmpty()) {
        hearing.forEach(listener -> listener.onMove(move));
      }
    } catch (RuntimeException bug) {
      LOG.error("telling of block {} failed inside the node", to.number(), bug);
    }
  }

  /** The way from one head to another over their common ancestor. */
  ChainMove between(BlockHeader from, BlockHeader to) {
    long distance = to.number() - from.number();
    if (distance > MAX_BLOCKS && isCanonical(from)) {
      List<BlockHeader> newest = new ArrayList<>();
      walkDown(to, header -> newest.size() < MAX_BLOCKS && newest.add(header));
      return new ChainMove(List.of(), newest.reversed(), distance - newest.size());
    }
    List<BlockHeader> retracted = new ArrayList<>();
    Deque<BlockHeader> adopted = new ArrayDeque<>();
    Optional<BlockHeader> left = Optional.of(from);
    Optional<BlockHeader> right = Optional.of(to);
    long leftOut = 0;
    // a client that jumped to a checkpoint has nothing below it: then one of the two ends early
    while (left.isPresent() && right.isPresent() && !left.equals(right)) {
      if (left.get().number() >= right.get().number()) {
        retracted.add(left.get());
        left = backend.header(left.get().parentHash());
      } else {
        adopted.addFirst(right.get());
        right = backend.header(right.get().parentHash());
        if (adopted.size() > MAX_BLOCKS) {
          adopted.removeFirst();
          leftOut++;
        }
      }
    }
    return new ChainMove(retracted, List.copyOf(adopted), leftOut);
  }

  private void walkDown(BlockHeader from, Predicate<BlockHeader> taking) {
    Optional<BlockHeader> at = Optional.of(from);
    while (at.isPresent() && taking.test(at.get())) {
      at = backend.header(at.get().parentHash());
    }
  }

  private boolean isCanonical(BlockHeader header) {
    return backend.header(header.number()).filter(header::equals).isPresent();
  }
}
