package io.lesnode.les.server;

import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Platform threads, made when needed, that serve the tasks that have a thread token in the order in
 * which they got it.
 *
 * <p>Waking a thread costs as much as serving a header, so small tasks that come together are
 * served by one thread, and what became of them is handed back together. Another thread is woken
 * for a task of many items at once, and for any task that had to wait: {@value #SOON_NANOS} ns
 * while there are fewer threads at work than processors, {@value #LATE_NANOS} ns (they seem to wait
 * for the disk) until there are {@value #THREADS_PER_PROCESSOR} for each. A task that is held up
 * half-way keeps its thread, which is not counted.
 */
final class WorkerThreads implements ServingThreads {

  private static final Logger LOG = LoggerFactory.getLogger(WorkerThreads.class);
  private static final long CLOSE_SECONDS = 5;
  private static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(60);

  private static final int PROCESSORS = Runtime.getRuntime().availableProcessors();
  private static final int THREADS_PER_PROCESSOR = 4;

  /** How long a task may wait while a processor may be free. */
  private static final long SOON_NANOS = 200_000;

  /** How long a task may wait while all processors should be busy. */
  private static final long LATE_NANOS = 2_000_000;

  /** How often waiting tasks are looked after. */
  private static final long LOOK_NANOS = 1_000_000;

  /** What is served may be held back for so long, or until there is so much of it. */
  private static final long HOLD_NANOS = 100_000;

  private static final int HOLD_TASKS = 32;

  /** A request of no more items is small. */
  private static final long SMALL_ITEMS = 4;

  private final RequestServer server;
  private final NodeLoop loop;
  private final Queue<Job> waiting = new ConcurrentLinkedQueue<>();
  private final ConcurrentLinkedDeque<Worker> idle = new ConcurrentLinkedDeque<>();
  private final Set<Worker> alive = ConcurrentHashMap.newKeySet();
  private final AtomicInteger atWork = new AtomicInteger();
  private final AtomicInteger lastNumber = new AtomicInteger();
  private volatile boolean closed;

  /** Confined to the node loop: tasks of this turn. */
  private List<Job> started = new ArrayList<>();

  /** Confined to the node loop. */
  private boolean looking;

  private record Job(ServingTask task, Listener listener, long sinceNanos) {
    boolean isSmall() {
      return Long.compareUnsigned(task.request().amount(), SMALL_ITEMS) <= 0;
    }
  }

  WorkerThreads(RequestServer server, NodeLoop loop) {
    this.server = server;
    this.loop = loop;
  }

  // ---- the node loop's side

  @Override
  public void start(ServingTask task, Listener listener) {
    if (started.isEmpty()) {
      loop.afterTurn(this::handOver);
    }
    started.add(new Job(task, listener, System.nanoTime()));
  }

  private void handOver() {
    List<Job> jobs = started;
    started = new ArrayList<>();
    if (closed) {
      jobs.forEach(this::refuse);
      return;
    }
    waiting.addAll(jobs);
    if (closed) {
      refuseAll(); // nobody may be there to take them
      return;
    }
    boolean wakes = atWork.get() == 0;
    if (wakes) {
      wakeOne();
    }
    if (!wakes || jobs.size() > 1) {
      look();
    }
  }

  /** Sees to it that no task waits for long behind others, now and as long as any waits. */
  private void look() {
    helpWhoWaits();
    if (!looking && !waiting.isEmpty()) {
      looking = true;
      loop.schedule(
          LOOK_NANOS,
          () -> {
            looking = false;
            look();
          });
    }
  }

  private void refuseAll() {
    for (Job job = waiting.poll(); job != null; job = waiting.poll()) {
      refuse(job);
    }
  }

  private void refuse(Job job) {
    loop.execute(() -> job.listener().onFinished(job.task(), Served.nothing(0), 0));
  }

  // ---- any thread

  private void helpWhoWaits() {
    Job first = waiting.peek();
    if (first == null) {
      return;
    }
    int threads = atWork.get();
    long waitedNanos = System.nanoTime() - first.sinceNanos();
    boolean needsHelp =
        threads == 0
            || (threads < PROCESSORS && waitedNanos > SOON_NANOS)
            || (threads < PROCESSORS * THREADS_PER_PROCESSOR && waitedNanos > LATE_NANOS);
    if (needsHelp) {
      wakeOne();
    }
  }

  private void wakeOne() {
    atWork.incrementAndGet();
    Worker sleeper = idle.pollFirst();
    if (sleeper != null) {
      sleeper.wake();
      return;
    }
    Worker worker = new Worker();
    alive.add(worker);
    worker.thread =
        Thread.ofPlatform()
            .name("les-worker-" + lastNumber.getAndIncrement())
            .daemon(true)
            .unstarted(worker);
    worker.thread.start();
  }

  @Override
  public void close() {
    closed = true;
    refuseAll();
    long deadlineNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(CLOSE_SECONDS);
    try {
      for (Worker worker : alive) {
        worker.wake();
        long leftMillis = TimeUnit.NANOSECONDS.toMillis(deadlineNanos - System.nanoTime());
        worker.thread.join(Math.max(1, leftMillis));
        if (worker.thread.isAlive()) {
          LOG.warn("The LES workers did not finish within {} s", CLOSE_SECONDS);
          return;
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** One thread; counted as at work from the moment somebody decides to wake it. */
  private final class Worker implements Runnable {
    private volatile boolean woken;
    private Thread thread = Thread.currentThread();

    /** Confined to the worker, as the rest: what is done and not handed back. */
    private List<Runnable> done = new ArrayList<>();

    private long heldSinceNanos;
    private int timesUncounted;

    void wake() {
      woken = true;
      LockSupport.unpark(thread);
    }

    @Override
    public void run() {
      boolean counted = true;
      try {
        do {
          counted = true;
          serveAll();
          rest();
          counted = false;
        } while (!closed && sleep());
      } finally {
        alive.remove(this);
        if (counted) {
          atWork.decrementAndGet(); // an error of the virtual machine ends the thread
        }
      }
    }

    private void serveAll() {
      for (Job job = waiting.poll(); job != null; job = waiting.poll()) {
        if (!job.isSmall()) {
          handBack();
          if (atWork.get() < PROCESSORS && !waiting.isEmpty()) {
            wakeOne();
          }
        }
        helpWhoWaits();
        serve(job);
      }
      handBack();
    }

    /** Lets others wake this thread, then looks whether something came meanwhile. */
    private void rest() {
      woken = false;
      idle.addFirst(this);
      atWork.decrementAndGet();
      if (!waiting.isEmpty() && atWork.get() == 0) {
        wakeOne(); // may well be this thread
      }
    }

    private void serve(Job job) {
      ServingTask task = job.task();
      Listener listener = job.listener();
      task.begin(System::nanoTime, ranNanos -> onPaused(task, listener, ranNanos));
      Served served = task.isStopped() ? Served.nothing(0) : server.tryServe(task.request(), task);
      long ranNanos = task.end();
      if (timesUncounted > 0) {
        atWork.addAndGet(timesUncounted);
        timesUncounted = 0;
      }
      long nowNanos = System.nanoTime();
      if (done.isEmpty()) {
        heldSinceNanos = nowNanos - ranNanos;
      }
      done.add(() -> listener.onFinished(task, served, ranNanos));
      if (done.size() >= HOLD_TASKS || nowNanos - heldSinceNanos > HOLD_NANOS) {
        handBack();
      }
    }

    private void onPaused(ServingTask task, Listener listener, long ranNanos) {
      handBack();
      timesUncounted++;
      atWork.decrementAndGet();
      helpWhoWaits();
      loop.execute(() -> listener.onPaused(task, ranNanos));
    }

    private void handBack() {
      if (!done.isEmpty()) {
        loop.executeAll(done);
        done = new ArrayList<>();
      }
    }

    /** Waits for work; false if there was none for so long that the thread may end. */
    private boolean sleep() {
      long deadlineNanos = System.nanoTime() + IDLE_NANOS;
      while (!woken && !closed) {
        long leftNanos = deadlineNanos - System.nanoTime();
        if (leftNanos <= 0 && idle.remove(this)) {
          return false;
        }
        LockSupport.parkNanos(WorkerThreads.this, Math.max(1, leftNanos));
      }
      return true;
    }
  }
}
