package io.lesnode.les.server;

import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A node loop on a thread of its own. Tasks that come after {@link #close} are dropped.
 *
 * <p>It works in turns: the timers that are due, then the events that have come, at most {@value
 * #TURN_EVENTS}, then what these left for the end of the turn. Only when nothing is there does it
 * park, and only a parked loop is woken: a wake-up costs more than most events do. The inbox needs
 * no bound of its own, because its producers have one ({@link Backlog}, the serving queue).
 */
final class ThreadedNodeLoop implements NodeLoop, AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(ThreadedNodeLoop.class);
  private static final long CLOSE_SECONDS = 5;

  /** The events of a turn; few enough that what waits for its end does not wait for long. */
  private static final int TURN_EVENTS = 128;

  private final Queue<Runnable> inbox = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean parked = new AtomicBoolean();
  private final Thread thread;
  private final long originNanos = System.nanoTime();
  private volatile boolean closing;

  /** Confined to the loop. */
  private final TreeMap<Deadline, Runnable> timers = new TreeMap<>();

  /** Confined to the loop. */
  private final ArrayDeque<Runnable> afterTurn = new ArrayDeque<>();

  private long timerCount;

  /** When a timer is due; those of the same time in the order in which they were set. */
  private record Deadline(long atNanos, long number) implements Comparable<Deadline> {
    @Override
    public int compareTo(Deadline other) {
      int byTime = Long.compare(atNanos, other.atNanos);
      return byTime != 0 ? byTime : Long.compare(number, other.number);
    }
  }

  ThreadedNodeLoop(String name) {
    thread = Thread.ofPlatform().name(name).daemon(true).start(this::runTurns);
  }

  @Override
  public void execute(Runnable task) {
    if (closing) {
      LOG.trace("The node loop is closed; a late event is dropped");
      return;
    }
    inbox.add(task);
    wake();
  }

  @Override
  public void executeAll(List<? extends Runnable> tasks) {
    if (!closing) {
      inbox.addAll(tasks);
      wake();
    }
  }

  private void wake() {
    if (parked.get() && parked.compareAndSet(true, false)) {
      LockSupport.unpark(thread);
    }
  }

  @Override
  public void afterTurn(Runnable task) {
    assert Thread.currentThread() == thread;
    afterTurn.add(task);
  }

  @Override
  public Timer schedule(long delayNanos, Runnable task) {
    assert Thread.currentThread() == thread;
    Deadline deadline = new Deadline(nowNanos() + Math.max(0, delayNanos), timerCount++);
    timers.put(deadline, task);
    return () -> timers.remove(deadline);
  }

  @Override
  public long nowNanos() {
    return System.nanoTime() - originNanos;
  }

  private void runTurns() {
    while (!closing || !inbox.isEmpty()) {
      if (!closing) {
        runTimers();
      }
      Runnable event = inbox.poll();
      for (int i = 1; event != null; i++) {
        run(event);
        event = i < TURN_EVENTS ? inbox.poll() : null;
      }
      for (Runnable task = afterTurn.poll(); task != null; task = afterTurn.poll()) {
        run(task);
      }
      parkUnlessBusy();
    }
  }

  private void runTimers() {
    if (timers.isEmpty()) {
      return;
    }
    // the time is read once: a timer that sets itself again at once waits for the next turn
    Deadline now = new Deadline(nowNanos(), timerCount);
    while (!timers.isEmpty() && timers.firstKey().compareTo(now) < 0) {
      run(timers.pollFirstEntry().getValue());
    }
  }

  private void parkUnlessBusy() {
    if (!inbox.isEmpty()) {
      return;
    }
    parked.set(true);
    if (inbox.isEmpty() && !closing) {
      Map.Entry<Deadline, Runnable> next = timers.firstEntry();
      if (next == null) {
        LockSupport.park(this);
      } else {
        long waitNanos = next.getKey().atNanos() - nowNanos();
        if (waitNanos > 0) {
          LockSupport.parkNanos(this, waitNanos);
        }
      }
    }
    parked.set(false);
  }

  /** The outermost frame of the owner thread: a bug in one event must not stop the loop. */
  private static void run(Runnable task) {
    try {
      task.run();
    } catch (RuntimeException | AssertionError e) {
      LOG.error("A bug in the LES server; the event is lost, the server goes on", e);
    }
  }

  /** Handles the events that came before, no timers any more, and ends the thread. */
  @Override
  public void close() {
    closing = true;
    LockSupport.unpark(thread);
    if (Thread.currentThread() == thread) {
      return;
    }
    try {
      thread.join(TimeUnit.SECONDS.toMillis(CLOSE_SECONDS));
      if (thread.isAlive()) {
        LOG.warn("The LES node loop did not finish within {} s", CLOSE_SECONDS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
