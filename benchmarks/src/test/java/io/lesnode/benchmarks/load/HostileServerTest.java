package io.lesnode.benchmarks.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lesnode.app.node.NodeFailure;
import io.lesnode.benchmarks.load.LoadResult.GroupResult;
import io.lesnode.benchmarks.load.LoadResult.ShapeResult;
import io.lesnode.devp2p.DisconnectReason;
import io.lesnode.devp2p.Enode;
import io.lesnode.devp2p.PeerLink;
import io.lesnode.les.wire.LesMessage;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Servers that lie, stall and go away, counted as what they are. */
class HostileServerTest {

  private static final RequestMix MIX = RequestMix.parse("headers:4");

  private static LoadPlan plan(ScriptedServer server, double rate, Duration timeout) {
    return LoadPlan.builder(server.enode())
        .groups(List.of(new LoadGroup("test", 2, MIX, 4, rate, true)))
        .warmup(Duration.ZERO)
        .duration(Duration.ofMillis(800))
        .timeout(timeout)
        .build();
  }

  private static GroupResult run(ScriptedServer.Script script, double rate) throws IOException {
    return run(script, rate, Duration.ofSeconds(20));
  }

  private static GroupResult run(ScriptedServer.Script script, double rate, Duration timeout)
      throws IOException {
    try (ScriptedServer server = new ScriptedServer(script)) {
      GroupResult result =
          LoadRun.run(plan(server, rate, timeout), LoadProgress.SILENT).groups().getFirst();
      ShapeResult shape = result.shapes().getFirst();
      assertThat(shape.sent())
          .as("every request has one end")
          .isEqualTo(
              shape.answered()
                  + shape.timeouts()
                  + shape.voided()
                  + shape.lost()
                  + shape.openAtEnd());
      return result;
    }
  }

  @Test
  void anHonestServerHasNothingToItsName() throws IOException {
    GroupResult result =
        run((link, number, request) -> answer(link, request, ScriptedServer.BUFFER_LIMIT), 200);
    ShapeResult shape = result.shapes().getFirst();

    assertThat(shape.answered()).isPositive();
    assertThat(shape.items()).isEqualTo(4 * shape.answered());
    assertThat(shape.failures()).isZero();
    assertThat(result.bufferViolations()).isZero();
    assertThat(result.freezes()).isZero();
    assertThat(result.disconnects()).isEmpty();
    assertThat(shape.response().getTotalCount())
        .isEqualTo(shape.answered() + shape.openAtEnd() + shape.neverSent());
  }

  @Test
  void wrongBufferValuesAreToldApart() throws IOException {
    GroupResult result =
        run(
            (link, number, request) ->
                answer(
                    link,
                    request,
                    switch (number % 4) {
                      case 0 -> ScriptedServer.BUFFER_LIMIT;
                      case 1 -> 0;
                      case 2 -> ScriptedServer.BUFFER_LIMIT + 1;
                      default -> -5;
                    }),
            100);

    long answered = result.shapes().getFirst().answered();
    assertThat(result.bufferBelow()).isBetween(answered / 4 - 3, answered / 4 + 3);
    assertThat(result.bufferAbove()).isBetween(answered / 4 - 3, answered / 4 + 3);
    assertThat(result.bufferNegative()).isBetween(answered / 4 - 3, answered / 4 + 3);
    assertThat(answered).isGreaterThan(20);
  }

  @Test
  void emptyAndShortAnswersAreToldApart() throws IOException {
    GroupResult result =
        run(
            (link, number, request) ->
                ScriptedServer.answer(link, request, ScriptedServer.BUFFER_LIMIT, number % 4),
            100);
    ShapeResult shape = result.shapes().getFirst();

    assertThat(shape.empty()).isPositive();
    assertThat(shape.incomplete()).isGreaterThan(shape.empty());
    assertThat(shape.empty() + shape.incomplete()).isEqualTo(shape.answered());
  }

  @Test
  void silenceEndsInTimeouts() throws IOException {
    GroupResult result = run((link, number, request) -> {}, 100, Duration.ofMillis(300));
    ShapeResult shape = result.shapes().getFirst();

    assertThat(shape.answered()).isZero();
    assertThat(shape.timeouts()).isPositive();
    assertThat(shape.service().getTotalCount()).isZero();
    assertThat(shape.response().getTotalCount())
        .as("what was wanted is counted with the time that it waited")
        .isEqualTo(shape.sent() + shape.neverSent());
    assertThat(shape.response().getValueAtPercentile(50)).isGreaterThan(200_000_000L);
  }

  @Test
  void aFreezeMakesRequestsVoid() throws IOException {
    GroupResult result =
        run(
            (link, number, request) -> {
              if (number % 10 == 0) {
                ScriptedServer.send(link, new LesMessage.Stop());
                ScriptedServer.send(link, new LesMessage.Resume(ScriptedServer.BUFFER_LIMIT));
              } else if (number % 10 < 9) {
                answer(link, request, ScriptedServer.BUFFER_LIMIT);
              }
            },
            100);
    ShapeResult shape = result.shapes().getFirst();

    assertThat(result.freezes()).isPositive().isEqualTo(result.resumes());
    assertThat(shape.voided()).isGreaterThanOrEqualTo(result.freezes());
    assertThat(shape.answered()).isPositive();
  }

  @Test
  void lostConnectionsAreNamedAndMadeAgain() throws IOException {
    GroupResult result =
        run(
            (link, number, request) -> {
              if (number == 40) { // after measuring has begun
                link.disconnect(DisconnectReason.USELESS_PEER);
              } else {
                answer(link, request, ScriptedServer.BUFFER_LIMIT);
              }
            },
            100);

    assertThat(result.disconnects()).containsEntry("useless peer", 1L);
    assertThat(result.shapes().getFirst().lost()).isPositive();
  }

  /**
   * The server holds back everything that comes within 400 ms and then answers it: the requests
   * that should have left meanwhile must show how long they waited, and all of them must be there.
   */
  @Test
  void aStallShowsInTheLatenciesOfAnOpenLoop() throws IOException {
    ConcurrentHashMap<Integer, Runnable> held = new ConcurrentHashMap<>();
    try (ScheduledExecutorService later = Executors.newSingleThreadScheduledExecutor()) {
      GroupResult result =
          run(
              (link, number, request) -> {
                if (number == 10) {
                  Future<?> unused =
                      later.schedule(
                          () -> {
                            List<Runnable> all = new ArrayList<>(held.values());
                            held.clear();
                            all.forEach(Runnable::run);
                          },
                          250,
                          TimeUnit.MILLISECONDS);
                }
                if (number >= 10 && number < 50) {
                  held.put(number, () -> answer(link, request, ScriptedServer.BUFFER_LIMIT));
                } else {
                  answer(link, request, ScriptedServer.BUFFER_LIMIT);
                }
              },
              200);
      ShapeResult shape = result.shapes().getFirst();

      // 200 a second: 40 requests are held, the first for 250 ms, the last for 50 ms
      long slow =
          shape.response().getTotalCount() - shape.response().getCountBetweenValues(0, 100_000_000);
      assertThat(slow).isGreaterThanOrEqualTo(25);
      assertThat(shape.response().getTotalCount())
          .as("no request is left out")
          .isGreaterThanOrEqualTo(150);
    }
  }

  @Test
  void aClosedLoopCanBeCorrected() throws IOException {
    GroupResult result =
        run(
            (link, number, request) -> {
              if (number != 40) {
                answer(link, request, ScriptedServer.BUFFER_LIMIT);
              }
            },
            0);
    ShapeResult shape = result.shapes().getFirst();

    assertThat(shape.answered()).isGreaterThan(40);
    assertThat(shape.response().getTotalCount()).isEqualTo(shape.answered());
    assertThat(shape.corrected().getTotalCount())
        .isGreaterThanOrEqualTo(shape.response().getTotalCount());
  }

  @Test
  void nobodyAtTheTargetIsOneLine() throws IOException {
    Enode gone;
    try (ScriptedServer server = new ScriptedServer((link, number, request) -> {})) {
      gone = server.enode();
    }
    LoadPlan plan =
        LoadPlan.builder(gone).groups(List.of(new LoadGroup("test", 1, MIX, 1, 0, true))).build();

    assertThatThrownBy(() -> LoadRun.run(plan, LoadProgress.SILENT))
        .isInstanceOfSatisfying(
            NodeFailure.class,
            failure ->
                assertThat(failure.line())
                    .startsWith("--target enode://")
                    .contains("nobody listens there")
                    .doesNotContain("\n"));
  }

  @Test
  void aServerThatIsFullIsOneLine() throws IOException {
    try (ScriptedServer server =
        new ScriptedServer((link, number, request) -> {}) {
          @Override
          public io.lesnode.devp2p.PeerSession accept(
              PeerLink link, io.lesnode.devp2p.Capability negotiated) {
            link.disconnect(DisconnectReason.TOO_MANY_PEERS);
            return super.accept(link, negotiated);
          }
        }) {
      LoadPlan plan = plan(server, 0, Duration.ofSeconds(20));
      assertThatThrownBy(() -> LoadRun.run(plan, LoadProgress.SILENT))
          .isInstanceOfSatisfying(
              NodeFailure.class, failure -> assertThat(failure.line()).contains("too many peers"));
    }
  }

  private static void answer(PeerLink link, LesMessage.GetBlockHeaders request, long bufferValue) {
    ScriptedServer.answer(link, request, bufferValue);
  }
}
