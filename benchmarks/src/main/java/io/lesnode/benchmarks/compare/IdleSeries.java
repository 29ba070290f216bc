package io.lesnode.benchmarks.compare;

import io.lesnode.app.node.NodeFailure;
import io.lesnode.benchmarks.load.HandshakeRun;
import io.lesnode.benchmarks.load.LoadGroup;
import io.lesnode.benchmarks.load.LoadPlan;
import io.lesnode.benchmarks.load.LoadProgress;
import io.lesnode.benchmarks.load.LoadRun;
import io.lesnode.benchmarks.load.RequestMix;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * What a connection that asks nothing costs in memory: resident memory of a fresh server before and
 * while {@value #CONNECTIONS} clients are connected. Some handshakes come first, so that what is
 * loaded once is not counted. No garbage collection is asked for on either side.
 */
final class IdleSeries {
  private static final int ROUNDS = 3;
  private static final int CONNECTIONS = 200;
  private static final int FIRST_HANDSHAKES = 100;
  private static final long SETTLE_NANOS = TimeUnit.SECONDS.toNanos(3);
  private static final double BAR_KIB = 30;

  /** A request in a million seconds: none. */
  private static final double HARDLY_EVER = 1e-6;

  private static final Contender.ServeOptions OPTIONS = new Contender.ServeOptions(1_000, 300);

  private final CompareContext context;

  IdleSeries(CompareContext context) {
    this.context = context;
  }

  void run() {
    List<List<Double>> perConnection = List.of(new ArrayList<>(), new ArrayList<>());
    List<List<Double>> before = List.of(new ArrayList<>(), new ArrayList<>());
    for (int round = 0; round < (context.settings().isQuick() ? 1 : ROUNDS); round++) {
      for (int who = 0; who < 2; who++) {
        Contender contender = context.both().get(who);
        try (ServerProcess server =
            contender.serve(context.chain(), context.datadir(contender), OPTIONS)) {
          HandshakeRun.run(server.enode(), FIRST_HANDSHAKES, 1, context.settings().seed());
          LockSupport.parkNanos(SETTLE_NANOS);
          double idleKib = server.process().residentKib();
          double kib = (connectedKib(server) - idleKib) / CONNECTIONS;
          perConnection.get(who).add(kib);
          before.get(who).add(idleKib / 1024);
          context
              .findings()
              .say(
                  String.format(
                      Locale.ROOT,
                      "  idle, %s: %s KiB per connection, %s MiB before",
                      contender.name(),
                      Figures.text(kib),
                      Figures.text(idleKib / 1024)));
        }
      }
    }
    Finding memory =
        Finding.of(
            Series.IDLE,
            CONNECTIONS + " idle connections",
            "resident memory per connection",
            "KiB",
            new Spread(perConnection.get(0)),
            new Spread(perConnection.get(1)));
    context.findings().add(memory.with(new Bar.AtMost(BAR_KIB)));
    context
        .findings()
        .add(
            Finding.of(
                Series.IDLE,
                "before they come",
                "resident memory of the server",
                "MiB",
                new Spread(before.get(0)),
                new Spread(before.get(1))));
  }

  private double connectedKib(ServerProcess server) {
    LoadGroup group =
        new LoadGroup("idle", CONNECTIONS, RequestMix.parse("headers:1"), 1, HARDLY_EVER, true);
    LoadPlan plan =
        LoadPlan.builder(server.enode())
            .groups(List.of(group))
            .warmup(Duration.ZERO)
            .duration(Duration.ofMillis(100))
            .seed(context.settings().seed())
            .build();
    double[] kib = new double[1];
    LoadProgress whenConnected =
        new LoadProgress() {
          @Override
          public void onConnected(int ready, int wanted) {
            if (ready < wanted) {
              throw new NodeFailure(
                  server.name() + " does not take " + wanted + " light clients",
                  "only " + ready + " are connected",
                  "",
                  null);
            }
            LockSupport.parkNanos(SETTLE_NANOS);
            kib[0] = server.process().residentKib();
          }
        };
    LoadRun.run(plan, whenConnected);
    return kib[0];
  }
}
