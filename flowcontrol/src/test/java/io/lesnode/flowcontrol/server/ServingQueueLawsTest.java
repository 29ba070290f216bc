package io.lesnode.flowcontrol.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.jspecify.annotations.Nullable;

/** Laws of the serving queue for any sequence of events. */
class ServingQueueLawsTest {

  private static final int STEPS = 400;
  private static final int SERVE_PERCENT = 4;
  private static final long MAX_TASK_NANOS = 60_000_000;

  private static final class Task extends QueuedTask {
    int ends;
    boolean asked;

    Task(QueueClient client, long maxNanos, long priority) {
      super(client, maxNanos, priority);
    }
  }

  /** Plays random events and checks the laws after each. */
  private static final class Play {
    final SplittableRandom random;
    final List<QueueClient> clients = new ArrayList<>();
    final List<Task> all = new ArrayList<>();
    final ServingQueue<Task> queue;
    final long origin;
    long nowNanos;
    int threads = 3;

    Play(long seed) {
      random = new SplittableRandom(seed);
      origin = random.nextBoolean() ? 0 : Long.MIN_VALUE + random.nextLong(1L << 40);
      queue = new ServingQueue<>(SERVE_PERCENT, threads, nowNanos);
      for (int i = 0; i < 5; i++) {
        long level = random.nextLong(1_000_000);
        clients.add(now -> new ClientCredit.BufferStatus(level, 1_000_000));
      }
    }

    List<Task> in(QueuedTask.State state) {
      return all.stream().filter(task -> task.state() == state).toList();
    }

    @Nullable Task any(QueuedTask.State state) {
      List<Task> tasks = in(state);
      return tasks.isEmpty() ? null : tasks.get(random.nextInt(tasks.size()));
    }

    void step() {
      switch (random.nextInt(10)) {
        case 0, 1, 2 -> add();
        case 3, 4 -> next();
        case 5, 6 -> finish();
        case 7 -> pause();
        case 8 -> cancel();
        default -> {
          if (random.nextInt(5) == 0) {
            threads = 1 + random.nextInt(6);
            queue.setThreads(threads);
          }
          nowNanos += random.nextLong(50_000_000);
        }
      }
      check();
    }

    void add() {
      // around the point where the order of 64-bit numbers wraps
      long priority = origin - nowNanos - random.nextLong(100_000_000);
      QueueClient client = clients.get(random.nextInt(clients.size()));
      Task task = new Task(client, random.nextLong(MAX_TASK_NANOS), priority);
      all.add(task);
      cancelled(queue.add(task, nowNanos));
    }

    /** Whoever is cancelled loses all that waits, and nobody with an emptier bucket keeps any. */
    void cancelled(List<Task> tasks) {
      tasks.forEach(task -> task.ends++);
      long highest = tasks.stream().mapToLong(task -> fillOf(task.client())).max().orElse(-1);
      for (Task waiting : in(QueuedTask.State.WAITING)) {
        assertThat(fillOf(waiting.client())).isGreaterThanOrEqualTo(highest);
        assertThat(tasks).noneMatch(task -> task.client() == waiting.client());
      }
      if (!tasks.isEmpty()) {
        ServingQueue.Load load = queue.load(nowNanos);
        assertThat(
                load.queuedNanos() == 0
                    || load.queuedNanos() + load.recentNanos() <= queue.burstDropLimitNanos())
            .isTrue();
      }
    }

    long fillOf(QueueClient client) {
      return client.bufferStatus(nowNanos).bufferValue();
    }

    void next() {
      List<Task> waiting = in(QueuedTask.State.WAITING);
      int running = in(QueuedTask.State.RUNNING).size();
      Task next = queue.next(nowNanos);
      if (running >= threads || waiting.isEmpty()) {
        assertThat(next).isNull();
        return;
      }
      assertThat(next).isNotNull();
      assertThat(waiting).noneMatch(task -> task.priority() - next.priority() > 0);
      Task oldest =
          waiting.stream().filter(task -> task.priority() == next.priority()).findFirst().get();
      assertThat(next.sequence).isLessThanOrEqualTo(oldest.sequence);
    }

    void finish() {
      Task task = any(QueuedTask.State.RUNNING);
      if (task != null) {
        task.ends++;
        task.asked = false;
        queue.finish(task, random.nextLong(2 * MAX_TASK_NANOS), nowNanos);
      }
    }

    void pause() {
      Task named = queue.toPause();
      if (named != null) {
        assertThat(named.asked).isFalse();
        named.asked = true;
        return;
      }
      Task task =
          all.stream()
              .filter(t -> t.state() == QueuedTask.State.RUNNING && t.asked)
              .findFirst()
              .orElse(null);
      if (task != null) {
        task.asked = false;
        long before = task.priority();
        boolean first = !task.biased;
        cancelled(queue.pause(task, random.nextLong(MAX_TASK_NANOS), nowNanos));
        assertThat(task.priority() - before).isEqualTo(first ? ServingQueue.SUSPEND_BIAS_NANOS : 0);
      }
    }

    void cancel() {
      Task task = any(QueuedTask.State.WAITING);
      if (task != null) {
        task.ends++;
        assertThat(queue.cancel(task, nowNanos)).isTrue();
        assertThat(queue.cancel(task, nowNanos)).isFalse();
      }
    }

    void check() {
      ServingQueue.Load load = queue.load(nowNanos);
      List<Task> waiting = in(QueuedTask.State.WAITING);
      assertThat(load.running()).isEqualTo(in(QueuedTask.State.RUNNING).size());
      assertThat(load.waiting() + load.paused()).isEqualTo(waiting.size());
      assertThat(load.queuedNanos())
          .isEqualTo(waiting.stream().mapToLong(QueuedTask::expectedNanos).sum());
      assertThat(load.recentNanos()).isNotNegative();
      assertThat(load.queuedNanos() + load.recentNanos())
          .isLessThanOrEqualTo(queue.burstLimitNanos());
    }

    /** Ends all that runs, then sees that every token is there. */
    void drain() {
      for (Task task : in(QueuedTask.State.RUNNING)) {
        queue.finish(task, 0, nowNanos);
        task.ends++;
      }
      for (Task task = queue.next(nowNanos); task != null; task = queue.next(nowNanos)) {
        queue.finish(task, 0, nowNanos);
        task.ends++;
      }
      assertThat(all).allMatch(task -> task.ends == 1 && task.state() == QueuedTask.State.ENDED);
      for (int i = 0; i < threads; i++) {
        queue.add(new Task(clients.getFirst(), 0, 0), nowNanos);
        assertThat(queue.next(nowNanos)).isNotNull();
      }
      queue.add(new Task(clients.getFirst(), 0, 0), nowNanos);
      assertThat(queue.next(nowNanos)).isNull();
    }
  }

  @Property(tries = 200)
  void noTokenIsEverLost(@ForAll long seed) {
    Play play = new Play(seed);
    for (int i = 0; i < STEPS; i++) {
      play.step();
    }
    play.drain();
  }
}
