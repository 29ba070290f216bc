package io.lesnode.flowcontrol.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lesnode.flowcontrol.CreditParams;
import io.lesnode.flowcontrol.client.ServerCredit;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ClientCreditTest {

  private static final CreditParams PARAMS = new CreditParams(1_000_000, 1000);

  private static long ticket(Admission admission) {
    return ((Admission.Admitted) admission).ticket();
  }

  @Test
  void reportsWhatLaterRequestsWereNotYetCharged() {
    ClientCredit credit = new CreditManager(0).connect(PARAMS, 0);
    long a = ticket(credit.admit(100_000, 0));
    long b = ticket(credit.admit(100_000, 0));
    long c = ticket(credit.admit(100_000, 0));
    assertThat(credit.settle(a, 40_000, 0)).isEqualTo(960_000);
    assertThat(credit.settle(b, 100_000, 0)).isEqualTo(860_000);
    assertThat(credit.settle(c, 100_000, 0)).isEqualTo(760_000);
  }

  @Test
  void eachTicketIsSettledOnce() {
    ClientCredit credit = new CreditManager(0).connect(PARAMS, 0);
    long ticket = ticket(credit.admit(1, 0));
    credit.settle(ticket, 1, 0);
    assertThatThrownBy(() -> credit.settle(ticket, 1, 0)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void zeroRecharge() {
    CreditManager manager = new CreditManager(0);
    ClientCredit credit = manager.connect(PARAMS, 0);
    credit.updateParams(new CreditParams(1000, 0), 0);
    credit.status(ClientCredit.DECREASE_DELAY_NANOS);
    long ticket = ticket(credit.admit(600, ClientCredit.DECREASE_DELAY_NANOS));
    assertThat(credit.admit(600, 3 * ClientCredit.DECREASE_DELAY_NANOS))
        .isEqualTo(new Admission.Underrun(200));
    assertThat(credit.settle(ticket, 600, 3 * ClientCredit.DECREASE_DELAY_NANOS)).isEqualTo(400);
  }

  /** A server and its client over a network that delays but keeps the order, with many seeds. */
  @Test
  void theEstimateNeverExceedsTheValue() {
    int requests = 0;
    for (long seed = 0; seed < 50; seed++) {
      requests += simulate(new SplittableRandom(seed));
    }
    assertThat(requests).isGreaterThan(5000);
  }

  private record Message(long atNanos, long id, long cost, long value) {}

  private static int simulate(SplittableRandom random) {
    CreditManager manager = new CreditManager(0);
    manager.setCurve(RechargeCurve.idle(20_000), 0);
    ClientCredit value = manager.connect(PARAMS, 0);
    ServerCredit estimate = new ServerCredit(PARAMS, 0);
    Deque<Message> toServer = new ArrayDeque<>();
    Deque<Message> toClient = new ArrayDeque<>();
    long lastToServer = 0;
    long lastToClient = 0;
    int count = 0;
    for (long now = 0; now < 2_000_000_000L; now += 200_000) {
      while (!toServer.isEmpty() && toServer.peek().atNanos() <= now) {
        Message request = toServer.remove();
        long ticket = ticket(value.admit(request.cost(), now)); // an underrun would be ours
        long reported = value.settle(ticket, random.nextLong(2 * request.cost()), now);
        lastToClient = Math.max(lastToClient, now + random.nextLong(30_000_000));
        toClient.add(new Message(lastToClient, request.id(), 0, reported));
      }
      while (!toClient.isEmpty() && toClient.peek().atNanos() <= now) {
        Message reply = toClient.remove();
        estimate.onReply(reply.id(), reply.value(), now);
      }
      long underWay = toServer.stream().mapToLong(Message::cost).sum();
      assertThat(estimate.estimateAt(now))
          .isLessThanOrEqualTo(value.status(now).bufferValue() - underWay);
      long cost = 1 + random.nextLong(300_000);
      if (random.nextInt(4) == 0 && estimate.canSend(cost, now).now()) {
        estimate.onQueued(++count, cost, now);
        lastToServer = Math.max(lastToServer, now + random.nextLong(30_000_000));
        toServer.add(new Message(lastToServer, count, cost, 0));
      }
    }
    return count;
  }
}
