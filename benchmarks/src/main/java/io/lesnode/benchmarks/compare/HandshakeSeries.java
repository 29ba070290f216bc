package io.lesnode.benchmarks.compare;

import io.lesnode.benchmarks.load.HandshakeRun;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.ToDoubleFunction;

/** TCP, RLPx, Hello and Status, one after the other and eight at a time. */
final class HandshakeSeries {
  private static final int ROUNDS = 3;
  private static final int HANDSHAKES = 600;
  private static final int HANDSHAKES_QUICKLY = 300;
  private static final int WARM_BATCH = 500;
  private static final int WARM_BATCHES = 10;
  private static final int WARM_BATCHES_QUICKLY = 4;

  /** Two batches are as dear as each other within so much. */
  private static final double STEADY = 0.05;

  private static final int PARALLEL = 8;
  private static final double BAR_MICROS = 500;
  private static final long SETTLE_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
  private static final double NANOS_PER_MILLI = 1e6;
  private static final double NANOS_PER_SECOND = 1e9;

  private record Round(double cpuMicros, double perSecond, double p50Millis, double p99Millis) {}

  private final CompareContext context;
  private final List<ServedLoad> servers;
  private long runs;

  HandshakeSeries(CompareContext context, List<ServedLoad> servers) {
    this.context = context;
    this.servers = List.copyOf(servers);
  }

  void run() {
    boolean quick = context.settings().isQuick();
    servers.forEach(this::warm);
    for (int parallel : new int[] {1, PARALLEL}) {
      List<List<Round>> rounds = List.of(new ArrayList<>(), new ArrayList<>());
      for (int round = 0; round < (quick ? 1 : ROUNDS); round++) {
        for (int who = 0; who < servers.size(); who++) {
          rounds
              .get(who)
              .add(round(servers.get(who), quick ? HANDSHAKES_QUICKLY : HANDSHAKES, parallel));
        }
      }
      report(parallel == 1 ? "one after the other" : parallel + " at a time", rounds);
    }
  }

  /** Shakes hands until the time per handshake no longer falls, at most so often. */
  private void warm(ServedLoad server) {
    int most = context.settings().isQuick() ? WARM_BATCHES_QUICKLY : WARM_BATCHES;
    double before = Double.MAX_VALUE;
    for (int batch = 0; batch < most; batch++) {
      long fromMicros = server.server().process().cpuMicros();
      HandshakeRun.run(server.server().enode(), WARM_BATCH, PARALLEL, nextSeed());
      double now = server.server().process().cpuMicros() - fromMicros;
      if (now > before * (1 - STEADY)) {
        return;
      }
      before = now;
    }
  }

  /** Other keys every time, so that no server still thinks that one is connected. */
  private long nextSeed() {
    return context.settings().seed() + ++runs;
  }

  private Round round(ServedLoad server, int count, int parallel) {
    long fromNanos = System.nanoTime();
    long fromMicros = server.server().process().cpuMicros();
    HandshakeRun.Result result =
        HandshakeRun.run(server.server().enode(), count, parallel, nextSeed());
    // the end of the last connections is part of the price
    LockSupport.parkNanos(SETTLE_NANOS);
    double idle = server.idleMicrosPerSecond() * (System.nanoTime() - fromNanos) / NANOS_PER_SECOND;
    double micros = server.server().process().cpuMicros() - fromMicros - idle;
    Round round =
        new Round(
            Math.max(0, micros) / result.done(),
            result.perSecond(),
            result.latencies().getValueAtPercentile(50) / NANOS_PER_MILLI,
            result.latencies().getValueAtPercentile(99) / NANOS_PER_MILLI);
    context
        .findings()
        .say(
            String.format(
                Locale.ROOT,
                "  handshakes, %d at a time, %s: %s µs, %s/s, p99 %s ms",
                parallel,
                server.server().name(),
                Figures.text(round.cpuMicros()),
                Figures.text(round.perSecond()),
                Figures.text(round.p99Millis())));
    if (!result.failures().isEmpty()) {
      context
          .findings()
          .note("Handshakes with " + server.server().name() + ": " + result.failures());
    }
    return round;
  }

  private void report(String how, List<List<Round>> rounds) {
    Finding cpu =
        Finding.of(
            Series.HANDSHAKE,
            how,
            "server CPU",
            "µs",
            spread(rounds.get(0), Round::cpuMicros),
            spread(rounds.get(1), Round::cpuMicros));
    context.findings().add(cpu.with(new Bar.AtMost(BAR_MICROS)));
    add(how, "rate", "1/s", rounds, Round::perSecond);
    add(how, "p50", "ms", rounds, Round::p50Millis);
    add(how, "p99", "ms", rounds, Round::p99Millis);
  }

  private void add(
      String how,
      String figure,
      String unit,
      List<List<Round>> rounds,
      ToDoubleFunction<Round> value) {
    context
        .findings()
        .add(
            Finding.of(
                Series.HANDSHAKE,
                how,
                figure,
                unit,
                spread(rounds.get(0), value),
                spread(rounds.get(1), value)));
  }

  private static Spread spread(List<Round> rounds, ToDoubleFunction<Round> value) {
    return new Spread(rounds.stream().map(value::applyAsDouble).toList());
  }
}
