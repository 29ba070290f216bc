package io.lesnode.flowcontrol.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

/** The serving queue step by step, on the figures of geth's servingqueue.go. */
class ServingQueueTest {

  private static final long MILLI = 1_000_000;
  private static final QueueClient FULL = level(100);

  private final ServingQueue<Task> queue = new ServingQueue<>(100, 1, 0);

  private static final class Task extends QueuedTask {
    Task(QueueClient client, long maxNanos, long priority) {
      super(client, maxNanos, priority);
    }
  }

  private static QueueClient level(long value) {
    return now -> new ClientCredit.BufferStatus(value, 100);
  }

  private static Task task(long priority) {
    return new Task(FULL, 10 * MILLI, priority);
  }

  @Test
  void limitsAreGeths() {
    assertThat(queue.burstLimitNanos()).isEqualTo(6000 * 1_200_000L);
    assertThat(queue.burstDropLimitNanos()).isEqualTo(6000 * 1_000_000L);
    assertThat(new ServingQueue<Task>(50, 1, 0).burstLimitNanos()).isEqualTo(3_600_000_000L);
  }

  @Test
  void aRunningTaskGivesWayOnlyToAClearlyBetterOne() {
    Task running = task(0);
    queue.add(running, 0);
    assertThat(queue.next(0)).isSameAs(running);
    Task slightlyBetter = task(10 * MILLI);
    queue.add(slightlyBetter, 0);
    assertThat(queue.toPause()).isNull();
    Task clearlyBetter = task(10 * MILLI + 1);
    queue.add(clearlyBetter, 0);
    assertThat(queue.toPause()).isSameAs(running);
    assertThat(queue.toPause()).isNull();
    assertThat(queue.pause(running, MILLI, MILLI)).isEmpty();
    assertThat(running.priority()).isEqualTo(10 * MILLI);
    assertThat(queue.next(MILLI)).isSameAs(clearlyBetter);
    queue.finish(clearlyBetter, MILLI, 2 * MILLI);
    // equal priorities: the older one
    assertThat(queue.next(2 * MILLI)).isSameAs(running);
    queue.add(task(10 * MILLI + 1), 2 * MILLI);
    // the bias is given once
    assertThat(queue.toPause()).isSameAs(running);
  }

  @Test
  void fewerThreadsCallTheWorstIn() {
    queue.setThreads(3);
    Task worst = task(1);
    Task middle = task(2);
    Task best = task(3);
    for (Task task : new Task[] {middle, worst, best}) {
      queue.add(task, 0);
      queue.next(0);
    }
    queue.setThreads(1);
    assertThat(queue.toPause()).isSameAs(worst);
    assertThat(queue.toPause()).isSameAs(middle);
    assertThat(queue.toPause()).isNull();
    queue.pause(worst, 0, 0);
    assertThat(queue.next(0)).isNull();
    queue.finish(middle, 0, 0);
    assertThat(queue.next(0)).isNull();
    queue.finish(best, 0, 0);
    assertThat(queue.next(0)).isSameAs(worst);
  }

  @Test
  void unneededTimeAndTimePassedAreTakenOff() {
    Task task = new Task(FULL, 100 * MILLI, 0);
    queue.add(task, 0);
    assertThat(queue.load(0).queuedNanos()).isEqualTo(100 * MILLI);
    queue.next(0);
    assertThat(queue.load(0)).isEqualTo(new ServingQueue.Load(0, 0, 1, 1, 0, 100 * MILLI));
    queue.finish(task, 30 * MILLI, 30 * MILLI);
    // 100 reserved − 30 ms × 100 % − 70 unneeded
    assertThat(queue.load(30 * MILLI).recentNanos()).isZero();
    ServingQueue<Task> half = new ServingQueue<>(50, 1, 0);
    half.add(new Task(FULL, 100 * MILLI, 0), 0);
    half.next(0);
    assertThat(half.load(30 * MILLI).recentNanos()).isEqualTo(85 * MILLI);
    assertThat(half.load(20 * MILLI).recentNanos()).isEqualTo(85 * MILLI); // a clock that goes back
  }

  @Test
  void overloadCancelsTheEmptiestBuckets() {
    QueueClient poor = level(10);
    QueueClient poorest = level(0);
    queue.add(new Task(FULL, 3_000 * MILLI, 9), 0);
    Task ofPoor = new Task(poor, 2_500 * MILLI, 8);
    queue.add(ofPoor, 0);
    Task ofPoorest = new Task(poorest, 1_700 * MILLI, 7);
    assertThat(queue.add(ofPoorest, 0)).isEmpty(); // 7.2 s exactly
    Task last = new Task(FULL, 1, 6);
    // without the poorest 5.5 s are left, under the drop limit
    assertThat(queue.add(last, 0)).containsExactly(ofPoorest);
    assertThat(last.state()).isEqualTo(QueuedTask.State.WAITING);
    assertThat(queue.add(new Task(poor, 3_000 * MILLI, 5), 0)).hasSize(2).contains(ofPoor);
    assertThat(queue.load(0).queuedNanos()).isEqualTo(3_000 * MILLI + 1);
  }

  @Test
  void aTokenComesBackOnce() {
    Task task = task(0);
    queue.add(task, 0);
    assertThatThrownBy(() -> queue.add(task, 0)).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> queue.finish(task, 0, 0)).isInstanceOf(IllegalStateException.class);
    queue.next(0);
    queue.finish(task, 0, 0);
    assertThatThrownBy(() -> queue.finish(task, 0, 0)).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> queue.pause(task, 0, 0)).isInstanceOf(IllegalStateException.class);
    assertThat(queue.cancel(task, 0)).isFalse();
  }

  @Test
  void onlySoManyAreHeldUpHalfWay() {
    for (int i = 0; i < ServingQueue.MAX_PAUSED + 5; i++) {
      Task better = task(20L * i * MILLI);
      queue.add(better, 0);
      if (queue.next(0) == null) {
        Task worse = queue.toPause();
        if (worse == null) {
          assertThat(queue.load(0).paused()).isEqualTo(ServingQueue.MAX_PAUSED);
          return;
        }
        queue.pause(worse, 0, 0);
        assertThat(queue.next(0)).isSameAs(better);
      }
    }
    throw new AssertionError("no bound");
  }
}
