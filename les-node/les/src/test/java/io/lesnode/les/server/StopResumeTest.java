package io.lesnode.les.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.lesnode.flowcontrol.cost.BaseCosts;
import io.lesnode.flowcontrol.cost.RequestCost;
import io.lesnode.flowcontrol.cost.RequestKind;
import io.lesnode.les.wire.HashOrNumber;
import io.lesnode.les.wire.LesMessage;
import io.lesnode.les.wire.LesMessage.BlockHeaders;
import io.lesnode.les.wire.LesMessage.GetBlockHeaders;
import io.lesnode.les.wire.LesMessage.Resume;
import io.lesnode.les.wire.LesVersion;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Requests of a tenth of the buffer each until it is empty, then one to five more: every buffer
 * value is exact, the surplus is answered by one Stop, and Resume tells the exact value. The
 * scenario of geth's TestStopResume (les/handler_test.go), with the time that passes reckoned in.
 */
class StopResumeTest {

  private static final long CAPACITY = 16_000;
  private static final long BUFFER_LIMIT = CAPACITY * 6000;
  private static final long COST = BUFFER_LIMIT / 10;
  private static final long MILLI_NANOS = 1_000_000;
  private static final int ROUNDS = 5;

  private final ManualLoop loop = new ManualLoop();
  private long lastRequestId;

  /** A header costs at most a tenth of the buffer, and as much time as its cost. */
  private SimServer server() {
    Map<RequestKind, RequestCost> times = new EnumMap<>(RequestKind.class);
    RequestKind.all().forEach(kind -> times.put(kind, kind.averageTimeNanos()));
    times.put(RequestKind.HEADERS, new RequestCost(COST / 2 - 1, 1));
    return SimServer.of(
        LesServerConfig.builder(9, 100, 10).baseCosts(new BaseCosts(times)).build(),
        new FakeServedChain(),
        loop,
        kind -> COST);
  }

  private GetBlockHeaders request() {
    return new GetBlockHeaders(++lastRequestId, HashOrNumber.of(0), 1, 0, false);
  }

  @ParameterizedTest
  @EnumSource(
      value = LesVersion.class,
      names = {"LES3", "LES4"})
  void everyBufferValueIsExact(LesVersion version) {
    SimServer server = server();
    server.state.setImporting(true); // no bonus: the bucket fills at its own rate
    SimClient client = new SimClient(server, version, 1).greet();
    assertThat(server.state.budget().minCapacity()).isEqualTo(CAPACITY);

    for (int surplus = 1; surplus <= ROUNDS; surplus++) {
      long startNanos = loop.nowNanos();
      int served = 0;
      while (bucket(served, startNanos) >= COST) {
        client.send(request());
        loop.advance(COST); // cost units are nanoseconds
        served++;
        long bufferValue = bucket(served, startNanos);
        assertThat(client.received())
            .singleElement()
            .isInstanceOfSatisfying(
                BlockHeaders.class,
                reply -> {
                  assertThat(reply.requestId()).isEqualTo(lastRequestId);
                  assertThat(reply.bufferValue()).isEqualTo(bufferValue);
                });
      }
      assertThat(served).isEqualTo(10);

      for (int i = 0; i < surplus; i++) {
        client.send(request());
      }
      assertThat(client.received())
          .extracting(LesMessage::code)
          .containsExactly(LesMessage.Stop.CODE);

      List<LesMessage> received = List.of();
      while (received.isEmpty()) {
        loop.advance(MILLI_NANOS / 10);
        received = client.received();
      }
      long frozenNanos = loop.nowNanos() - startNanos - 10 * COST;
      assertThat(frozenNanos).isBetween(700 * MILLI_NANOS, 1_301 * MILLI_NANOS);
      long low = bucket(10, startNanos, loop.nowNanos() - MILLI_NANOS / 10);
      long high = bucket(10, startNanos);
      assertThat(received)
          .singleElement()
          .isInstanceOfSatisfying(
              Resume.class, resume -> assertThat(resume.bufferValue()).isBetween(low, high));
      loop.advance(6_000 * MILLI_NANOS); // full again
    }
  }

  private long bucket(int served, long startNanos) {
    return bucket(served, startNanos, loop.nowNanos());
  }

  /** The bucket after so many requests: each took its cost, and time gave the recharge. */
  private static long bucket(int served, long startNanos, long atNanos) {
    if (served == 0) {
      return BUFFER_LIMIT;
    }
    long recharged = (atNanos - startNanos) * CAPACITY / MILLI_NANOS;
    return BUFFER_LIMIT - served * COST + recharged;
  }
}
