package io.lesnode.flowcontrol.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.lesnode.flowcontrol.CreditParams;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Some clients ask as much as they may, the others now and then, so that their buckets are full
 * most of the time: together they get what the server has, no less and no more, and nobody who
 * waits as told is refused. Scenario and tolerance of geth v1.10.26, les/flowcontrol
 * TestConstantTotalCapacity.
 */
class ConstantTotalCapacityTest {

  private static final long MAX_COST = 1_000_000;
  private static final int LENGTH_MILLIS = 100_000;
  private static final long MILLI_NANOS = 1_000_000;
  private static final long SEED = 18_230;

  private final SplittableRandom random = new SplittableRandom(SEED);

  private final class Client {
    private final ClientCredit credit;
    private final long capacity;
    private long waitUntilNanos;
    private long totalCost;

    Client(CreditManager manager, long capacity) {
      this.capacity = capacity;
      this.credit = manager.connect(CreditParams.ofCapacity(capacity), 0);
    }

    boolean send(long nowNanos) {
      if (nowNanos < waitUntilNanos) {
        return false;
      }
      Admission admission = credit.admit(MAX_COST, nowNanos);
      assertThat(admission).isInstanceOf(Admission.Admitted.class);
      long realCost = random.nextLong(MAX_COST);
      long value = credit.settle(((Admission.Admitted) admission).ticket(), realCost, nowNanos);
      if (value < MAX_COST) {
        waitUntilNanos = nowNanos + (MAX_COST - value) * 1_001_000 / capacity;
      }
      totalCost += realCost;
      return true;
    }
  }

  @ParameterizedTest(name = "{0} clients, {1} of them greedy, {2} requests a millisecond by others")
  @CsvSource({"10,1,0", "10,1,1", "30,1,0", "30,2,3", "100,1,0", "100,3,5", "100,5,10"})
  void theTotalIsServed(int clientCount, int greedyCount, int othersPerMilli) {
    CreditManager manager = new CreditManager(0);
    long[] capacities = random.longs(clientCount, 50_000, 150_000).toArray();
    long total = Arrays.stream(capacities).sum();
    manager.setCurve(new RechargeCurve(List.of(new RechargeCurve.Point(0, total))), 0);
    List<Client> clients = new ArrayList<>();
    for (long capacity : capacities) {
      clients.add(new Client(manager, capacity));
    }
    int[] greedy = random.ints(greedyCount, 0, clientCount).toArray();

    int toSend = 0;
    for (int milli = 0; milli < LENGTH_MILLIS; milli++) {
      long nowNanos = milli * MILLI_NANOS;
      for (int index : greedy) {
        Client client = clients.get(index);
        boolean sent = client.send(nowNanos);
        while (sent) {
          sent = client.send(nowNanos);
        }
      }
      if (random.nextInt(LENGTH_MILLIS) < greedyCount * 3) {
        greedy[random.nextInt(greedyCount)] = random.nextInt(clientCount);
      }
      toSend += othersPerMilli;
      for (int fails = othersPerMilli * 10; toSend > 0 && fails > 0; ) {
        if (clients.get(random.nextInt(clientCount)).send(nowNanos)) {
          toSend--;
        } else {
          fails--;
        }
      }
    }

    long served = clients.stream().mapToLong(client -> client.totalCost).sum();
    assertThat((double) served / total / LENGTH_MILLIS).isBetween(0.98, 1.02);
  }
}
