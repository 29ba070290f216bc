package io.lesnode.flowcontrol;

import static org.assertj.core.api.Assertions.assertThat;

import io.lesnode.flowcontrol.client.ServerCredit;
import io.lesnode.flowcontrol.server.Admission;
import io.lesnode.flowcontrol.server.ClientCredit;
import io.lesnode.flowcontrol.server.CreditManager;
import io.lesnode.flowcontrol.server.RechargeCurve;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/**
 * Laws between the two sides of the wire: clients that obey their estimate, connections that
 * deliver in order but late, requests that cost anything up to their maximum and finish in any
 * order, capacities and curves that change. Time is simulated, every run follows from its seed.
 */
class ObedientClientLawsTest {

  private static final long MILLI = 1_000_000;
  private static final long RUN_NANOS = 20_000 * MILLI;

  /** Longest way of a message; lowered parameters are enforced two seconds late. */
  private static final long MAX_DELAY_NANOS = 900 * MILLI;

  @Property(tries = 500)
  void anObedientClientIsNeverRefused(@ForAll long seed) {
    Run run = new Run(seed);

    run.play();

    assertThat(run.admitted).isPositive();
    assertThat(run.refused).as("refused of %d, seed %d", run.admitted, seed).isZero();
    assertThat(run.clients)
        .allSatisfy(client -> assertThat(client.credit.unsettledCount()).isZero());
  }

  /** One simulated server with its clients. */
  private static final class Run {
    private final SplittableRandom random;
    private final PriorityQueue<Event> events =
        new PriorityQueue<>(
            (a, b) ->
                a.atNanos != b.atNanos
                    ? Long.compare(a.atNanos, b.atNanos)
                    : Long.compare(a.sequence, b.sequence));
    private final CreditManager manager = new CreditManager(0);
    private final List<Client> clients = new ArrayList<>();
    private final boolean dear;
    private long sequence;
    private long nowNanos;
    private int admitted;
    private int refused;

    private record Event(long atNanos, long sequence, Runnable action) {}

    Run(long seed) {
      random = new SplittableRandom(seed);
      dear = random.nextBoolean();
      manager.setCurve(RechargeCurve.idle(random.nextLong(1_000, 3_000_000)), 0);
      int count = random.nextInt(1, 6);
      for (int i = 0; i < count; i++) {
        clients.add(new Client(this, capacity()));
      }
    }

    void play() {
      clients.forEach(client -> at(random.nextLong(100 * MILLI), client::send));
      at(random.nextLong(RUN_NANOS), this::changeCurve);
      while (!events.isEmpty()) {
        Event event = events.remove();
        nowNanos = event.atNanos;
        event.action.run();
      }
    }

    private void changeCurve() {
      long total = random.nextLong(1_000, 3_000_000);
      manager.setCurve(
          random.nextBoolean() ? RechargeCurve.idle(total) : RechargeCurve.busy(total), nowNanos);
      after(random.nextLong(3_000 * MILLI), this::changeCurve);
    }

    CreditParams capacity() {
      return CreditParams.ofCapacity(random.nextLong(1_000, 1_000_000));
    }

    void at(long atNanos, Runnable action) {
      events.add(new Event(atNanos, sequence++, action));
    }

    /** Nothing new begins after the end of the run; what is under way arrives. */
    void after(long delayNanos, Runnable action) {
      if (nowNanos + delayNanos < RUN_NANOS) {
        at(nowNanos + delayNanos, action);
      }
    }
  }

  /** A client, its connection and its bucket at the server. */
  private static final class Client {
    private final Run run;
    private final ServerCredit estimate;
    private final ClientCredit credit;
    private long nextRequest;
    private long arrivalAtServer;
    private long arrivalAtClient;

    Client(Run run, CreditParams params) {
      this.run = run;
      this.estimate = new ServerCredit(params, 0);
      this.credit = run.manager.connect(params, 0);
      run.at(run.random.nextLong(RUN_NANOS), this::changeCapacity);
    }

    void send() {
      long limit = estimate.params().bufferLimit();
      long maxCost = run.random.nextLong(1, run.random.nextBoolean() ? limit : limit / 20 + 2);
      ServerCredit.Sendable sendable = estimate.canSend(maxCost, run.nowNanos);
      if (!sendable.now()) {
        run.after(Math.max(1, Math.min(sendable.waitNanos(), 50 * MILLI)), this::send);
        return;
      }
      long request = nextRequest++;
      estimate.onQueued(request, maxCost, run.nowNanos);
      arrivalAtServer = Math.max(arrivalAtServer, run.nowNanos + delay());
      run.at(arrivalAtServer, () -> arrive(request, maxCost));
      run.after(run.random.nextLong(run.random.nextBoolean() ? 1_000 : 300 * MILLI), this::send);
    }

    private void arrive(long request, long maxCost) {
      long charged = Math.min(maxCost, credit.params().bufferLimit());
      switch (credit.admit(charged, run.nowNanos)) {
        case Admission.Underrun tooMuch -> run.refused++;
        case Admission.Admitted ticket -> {
          run.admitted++;
          long realCost = run.dear ? charged : run.random.nextLong(charged + 1);
          long servedAt = run.nowNanos + run.random.nextLong(200 * MILLI);
          run.at(servedAt, () -> settle(request, ticket.ticket(), realCost));
        }
      }
    }

    private void settle(long request, long ticket, long realCost) {
      long value = credit.settle(ticket, realCost, run.nowNanos);
      long reported = Math.min(value, credit.params().bufferLimit());
      assertThat(reported).isNotNegative();
      toClient(
          () -> {
            estimate.onReply(request, reported, run.nowNanos);
            assertThat(estimate.estimateAt(run.nowNanos)).isNotNegative();
          });
    }

    private void changeCapacity() {
      CreditParams next = run.capacity();
      credit.updateParams(next, run.nowNanos);
      toClient(() -> estimate.updateParams(next, run.nowNanos));
      run.after(run.random.nextLong(5_000 * MILLI), this::changeCapacity);
    }

    private void toClient(Runnable arrival) {
      arrivalAtClient = Math.max(arrivalAtClient, run.nowNanos + delay());
      run.at(arrivalAtClient, arrival);
    }

    private long delay() {
      return run.random.nextLong(MAX_DELAY_NANOS);
    }
  }
}
