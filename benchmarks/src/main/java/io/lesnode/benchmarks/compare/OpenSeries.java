package io.lesnode.benchmarks.compare;

import io.lesnode.benchmarks.load.RequestMix;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * Requests that are sent at a rate whatever comes back, at the same rate for both: half of what the
 * slower one answers when asked as fast as it can. Latency counts from the wanted moment.
 */
final class OpenSeries {
  private static final int ROUNDS = 3;
  private static final int CLIENTS = 4;
  private static final int WINDOW = 16;
  private static final double SHARE = 0.5;
  private static final Duration WARM = Duration.ofSeconds(8);
  private static final Duration PROBED = Duration.ofSeconds(3);
  private static final Duration MEASURED = Duration.ofSeconds(10);
  private static final Duration MEASURED_QUICKLY = Duration.ofSeconds(5);
  private static final List<RequestCase> CASES =
      List.of(
          RequestCase.HEADER,
          RequestCase.HEADERS,
          RequestCase.BODIES,
          RequestCase.RECEIPTS,
          RequestCase.PROOFS,
          RequestCase.CHT);
  private static final List<RequestCase> QUICK = List.of(RequestCase.HEADER, RequestCase.HEADERS);

  private final CompareContext context;
  private final List<ServedLoad> servers;
  private final List<RequestCase> cases;

  OpenSeries(CompareContext context, List<ServedLoad> servers, List<RequestCase> cases) {
    this.context = context;
    this.servers = List.copyOf(servers);
    List<RequestCase> mine = context.settings().isQuick() ? QUICK : CASES;
    this.cases = cases.stream().filter(mine::contains).toList();
  }

  void run() {
    Map<String, RoundTable> tables = new LinkedHashMap<>();
    int rounds = context.settings().isQuick() ? 1 : ROUNDS;
    for (RequestCase request : cases) {
      double rate = rate(request);
      RoundTable table = new RoundTable();
      for (int round = 0; round < rounds; round++) {
        round(request, rate, table);
      }
      tables.put(
          String.format(Locale.ROOT, "%s, %s/s", request.title(), Figures.text(rate)), table);
    }
    add(tables, "p50", "ms", LoadSample::p50Millis, false);
    add(tables, "p99", "ms", LoadSample::p99Millis, true);
    add(tables, "p99.9", "ms", LoadSample::p999Millis, false);
    add(tables, "server CPU", "µs", LoadSample::cpuMicros, false);
    tables.forEach(
        (subject, table) -> {
          if (table.failures() > 0) {
            context
                .findings()
                .note("Open loop, " + subject + ": " + table.failures() + " requests failed.");
          }
        });
  }

  private double rate(RequestCase request) {
    double slower = Double.MAX_VALUE;
    for (ServedLoad server : servers) {
      server.warm(crowd(request), WARM);
      slower = Math.min(slower, server.measure(crowd(request), PROBED).perSecond());
    }
    double half = Math.max(1, slower * SHARE);
    // two digits, so that the table can be read
    double step = Math.max(1, StrictMath.pow(10, StrictMath.floor(StrictMath.log10(half)) - 1));
    return StrictMath.floor(half / step) * step;
  }

  private static ServedLoad.Crowd crowd(RequestCase request) {
    return new ServedLoad.Crowd(
        "open-" + request.word(), RequestMix.parse(request.mix()), CLIENTS, WINDOW, 0, true);
  }

  private void round(RequestCase request, double rate, RoundTable table) {
    Duration duration = context.settings().isQuick() ? MEASURED_QUICKLY : MEASURED;
    List<String> said = new ArrayList<>();
    for (int who = 0; who < servers.size(); who++) {
      LoadSample sample = servers.get(who).measure(crowd(request).at(rate), duration);
      table.add(who, sample);
      said.add(
          String.format(
              Locale.ROOT,
              "%s p50 %s, p99 %s, p99.9 %s ms, %s µs",
              servers.get(who).server().name(),
              Figures.text(sample.p50Millis()),
              Figures.text(sample.p99Millis()),
              Figures.text(sample.p999Millis()),
              Figures.text(sample.cpuMicros())));
    }
    context
        .findings()
        .say(
            "  "
                + request.title()
                + " at "
                + Figures.text(rate)
                + "/s: "
                + String.join("; ", said));
  }

  private void add(
      Map<String, RoundTable> tables,
      String figure,
      String unit,
      ToDoubleFunction<LoadSample> value,
      boolean judged) {
    tables.forEach(
        (subject, table) -> {
          Finding finding = table.finding(Series.OPEN, subject, figure, unit, value);
          context.findings().add(judged ? finding.with(new Bar.RatioAtMost(SHARE)) : finding);
        });
  }
}
