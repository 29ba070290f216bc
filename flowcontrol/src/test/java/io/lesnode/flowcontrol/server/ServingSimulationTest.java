package io.lesnode.flowcontrol.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.lesnode.flowcontrol.CreditParams;
import io.lesnode.flowcontrol.client.ServerCredit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * Obedient clients, credit and serving queue together on virtual time: everybody sends whenever the
 * estimate of the credit allows it.
 */
class ServingSimulationTest {

  private static final long SECOND = 1_000_000_000;
  private static final long BIN_NANOS = SECOND / 10;
  private static final int WINDOW_BINS = 100;
  private static final int SERVE_PERCENT = 100;
  private static final long TOTAL_RECHARGE = 1_000_000;

  private record Event(long atNanos, long sequence, Runnable action) {}

  private static final class Task extends QueuedTask {
    final Client client;
    final long requestId;
    final long ticket;
    final long realCost;
    final long arrivedNanos;
    int itemsLeft = 4;
    boolean mustPause;

    Task(
        Client client,
        long requestId,
        Admission.Admitted admitted,
        long maxCost,
        long realCost,
        long arrivedNanos) {
      super(client, maxCost, admitted.priority());
      this.client = client;
      this.requestId = requestId;
      this.ticket = admitted.ticket();
      this.realCost = realCost;
      this.arrivedNanos = arrivedNanos;
    }
  }

  private final class Client implements QueueClient {
    final ClientCredit credit;
    final ServerCredit estimate;
    final long latencyNanos;
    final long intervalNanos;
    final List<Long> sojournsNanos = new ArrayList<>();
    long lastRequestId;
    long servedCost;
    boolean wakeScheduled;

    Client(CreditParams params, long latencyNanos, long intervalNanos) {
      this.intervalNanos = intervalNanos;
      this.credit = manager.connect(params, nowNanos);
      this.estimate = new ServerCredit(params, nowNanos);
      this.latencyNanos = latencyNanos;
    }

    @Override
    public ClientCredit.BufferStatus bufferStatus(long now) {
      return credit.status(now);
    }

    /** Sends at its own pace, if it has one, else as much as the credit allows. */
    void start() {
      if (intervalNanos == 0) {
        sendAll();
      } else {
        send(200_000 + random.nextLong(4_000_000));
        after(intervalNanos, this::start);
      }
    }

    private void send(long maxCost) {
      long requestId = ++lastRequestId;
      estimate.onQueued(requestId, maxCost, nowNanos);
      after(latencyNanos, () -> arrive(requestId, maxCost));
    }

    void sendAll() {
      while (true) {
        long maxCost = 200_000 + random.nextLong(4_000_000);
        ServerCredit.Sendable sendable = estimate.canSend(maxCost, nowNanos);
        if (!sendable.now()) {
          if (!wakeScheduled) {
            wakeScheduled = true;
            after(
                Math.min(sendable.waitNanos(), SECOND),
                () -> {
                  wakeScheduled = false;
                  sendAll();
                });
          }
          return;
        }
        send(maxCost);
      }
    }

    void arrive(long requestId, long maxCost) {
      switch (credit.admit(maxCost, nowNanos)) {
        case Admission.Underrun underrun -> refused++;
        case Admission.Admitted admitted -> {
          long realCost = maxCost / 8 + random.nextLong(maxCost / 2);
          frozen +=
              queue
                  .add(new Task(this, requestId, admitted, maxCost, realCost, nowNanos), nowNanos)
                  .size();
          dispatch();
        }
      }
    }

    void onReply(long requestId, long bufferValue) {
      estimate.onReply(requestId, bufferValue, nowNanos);
      if (intervalNanos == 0) {
        sendAll();
      }
    }
  }

  private final SplittableRandom random = new SplittableRandom(20);
  private final PriorityQueue<Event> events =
      new PriorityQueue<>(
          Comparator.comparingLong(Event::atNanos).thenComparingLong(Event::sequence));
  private final CreditManager manager = new CreditManager(0);
  private final ServingQueue<Task> queue = new ServingQueue<>(SERVE_PERCENT, 4, 0);
  private final List<Client> clients = new ArrayList<>();
  private final List<Long> servedByBin = new ArrayList<>();
  private long nowNanos;
  private long sequence;
  private long refused;
  private long frozen;
  private long paused;
  private long served;
  private int mostRunning;

  private void after(long delayNanos, Runnable action) {
    events.add(new Event(nowNanos + delayNanos, sequence++, action));
  }

  private void runTo(long toNanos) {
    while (!events.isEmpty() && events.peek().atNanos() <= toNanos) {
      Event event = events.remove();
      nowNanos = event.atNanos();
      event.action().run();
    }
    nowNanos = toNanos;
  }

  private void dispatch() {
    for (Task task = queue.next(nowNanos); task != null; task = queue.next(nowNanos)) {
      mostRunning = Math.max(mostRunning, queue.load(nowNanos).running());
      runItem(task, 0);
    }
    for (Task task = queue.toPause(); task != null; task = queue.toPause()) {
      task.mustPause = true;
    }
  }

  private void runItem(Task task, long ranNanos) {
    long itemNanos = task.realCost / 4;
    after(
        itemNanos,
        () -> {
          task.itemsLeft--;
          if (task.itemsLeft == 0) {
            queue.finish(task, ranNanos + itemNanos, nowNanos);
            settle(task);
          } else if (task.mustPause) {
            task.mustPause = false;
            paused++;
            frozen += queue.pause(task, ranNanos + itemNanos, nowNanos).size();
          } else {
            runItem(task, ranNanos + itemNanos);
            return;
          }
          dispatch();
        });
  }

  private void settle(Task task) {
    long bufferValue = task.client.credit.settle(task.ticket, task.realCost, nowNanos);
    task.client.servedCost += task.realCost;
    served++;
    task.client.sojournsNanos.add(nowNanos - task.arrivedNanos);
    int bin = (int) (nowNanos / BIN_NANOS);
    while (servedByBin.size() <= bin) {
      servedByBin.add(0L);
    }
    servedByBin.set(bin, servedByBin.get(bin) + task.realCost);
    after(
        task.client.latencyNanos,
        () ->
            task.client.onReply(
                task.requestId, Math.min(bufferValue, task.client.credit.params().bufferLimit())));
  }

  private Client connect(long capacity, long latencyNanos, long intervalNanos) {
    Client client = new Client(CreditParams.ofCapacity(capacity), latencyNanos, intervalNanos);
    clients.add(client);
    return client;
  }

  @Test
  void theCapacityIsUsedUpAndNeverExceededOverTenSeconds() {
    manager.setCurve(RechargeCurve.idle(TOTAL_RECHARGE), 0);
    for (int i = 0; i < 10; i++) {
      connect(16_000L * (1 + i % 4), (5 + 10L * i) * 1_000_000, 0);
    }
    clients.forEach(Client::start);
    runTo(80 * SECOND);
    assertThat(refused).isZero();
    assertThat(frozen).isZero();
    assertThat(mostRunning).isEqualTo(4);
    assertThat(paused).isPositive();
    double lowest = 2;
    double highest = 0;
    int first = 10 * (int) (SECOND / BIN_NANOS); // the full buckets of the start are used up
    for (int from = first; from + WINDOW_BINS <= servedByBin.size(); from++) {
      long sum = 0;
      for (long cost : servedByBin.subList(from, from + WINDOW_BINS)) {
        sum += cost;
      }
      double ratio = (double) sum / (10.0 * SECOND);
      lowest = Math.min(lowest, ratio);
      highest = Math.max(highest, ratio);
    }
    System.out.printf(
        "serving simulation: %d requests, %d pauses, served/total over any 10 s: %.4f to %.4f%n",
        served, paused, lowest, highest);
    assertThat(lowest).isGreaterThan(0.98);
    assertThat(highest).isLessThan(1.02);
    long capacities = clients.stream().mapToLong(c -> c.credit.params().rechargePerMilli()).sum();
    long costs = clients.stream().mapToLong(c -> c.servedCost).sum();
    for (Client client : clients) {
      double share = (double) client.servedCost / (double) costs;
      double assigned = (double) client.credit.params().rechargePerMilli() / (double) capacities;
      assertThat(share / assigned).isBetween(0.9, 1.1);
    }
  }

  @Test
  void overloadHardlyDelaysClientsWithCreditLeft() {
    long unloaded = new ServingSimulationTest().priorityLatencyNanos(0, 1);
    for (int threads : new int[] {1, 4}) {
      long loaded = new ServingSimulationTest().priorityLatencyNanos(40, threads);
      System.out.printf(
          "serving simulation: p99 in the server %d µs, beside 40 clients that want all, %d"
              + " thread(s): %d µs%n",
          unloaded / 1000, threads, loaded / 1000);
      assertThat(loaded).isLessThan(2 * unloaded);
    }
  }

  /** The 99th percentile of the time that requests of four modest clients spend in the server. */
  private long priorityLatencyNanos(int greedyClients, int threads) {
    queue.setThreads(threads);
    manager.setCurve(RechargeCurve.idle(TOTAL_RECHARGE), 0);
    List<Client> modest = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      modest.add(connect(80_000, (5 + i) * 1_000_000L, SECOND / 10));
    }
    for (int i = 0; i < greedyClients; i++) {
      connect(16_000, (3 + i) * 1_000_000L, 0);
    }
    clients.forEach(Client::start);
    runTo(60 * SECOND);
    assertThat(refused).isZero();
    assertThat(frozen).isZero();
    List<Long> times = new ArrayList<>();
    modest.forEach(client -> times.addAll(client.sojournsNanos));
    times.sort(Comparator.naturalOrder());
    assertThat(times).hasSizeGreaterThan(2_000);
    return times.get(times.size() * 99 / 100);
  }
}
