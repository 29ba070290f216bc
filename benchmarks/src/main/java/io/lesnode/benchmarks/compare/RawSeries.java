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
 * Each request as fast as it is served: one connection with sixteen requests under way, then eight
 * such connections; the clients have so much capacity that credit is not the limit.
 */
final class RawSeries {
  private static final int ROUNDS = 3;
  private static final int WINDOW = 16;
  private static final int MANY = 8;
  private static final double KIB_IN_MIB = 1024;
  private static final Duration MEASURED = Duration.ofSeconds(4);
  private static final Duration WARM = Duration.ofSeconds(40);
  private static final Duration WARM_QUICKLY = Duration.ofSeconds(15);

  private final CompareContext context;
  private final List<ServedLoad> servers;
  private final List<RequestCase> cases;

  /**
   * The series.
   *
   * @param servers ours and geth's, in this order
   * @param cases what to ask
   */
  RawSeries(CompareContext context, List<ServedLoad> servers, List<RequestCase> cases) {
    this.context = context;
    this.servers = List.copyOf(servers);
    this.cases = List.copyOf(cases);
  }

  void run() {
    Map<RequestCase, RoundTable> one = new LinkedHashMap<>();
    Map<RequestCase, RoundTable> many = new LinkedHashMap<>();
    boolean quick = context.settings().isQuick();
    if (!cases.isEmpty()) {
      // what all requests share is compiled before the first of them is measured
      servers.forEach(server -> server.warm(crowd(cases.getFirst(), 1), WARM));
    }
    for (RequestCase request : cases) {
      warm(request);
      one.put(request, rounds(request, 1, quick ? 1 : ROUNDS));
      if (!quick) {
        many.put(request, rounds(request, MANY, 1));
      }
    }
    report(one, 1);
    report(many, MANY);
    one.forEach(
        (request, table) ->
            context
                .findings()
                .add(
                    table.finding(
                        Series.RAW, request.title(), "reply", "bytes", LoadSample::replyBytes)));
    context
        .findings()
        .add(
            Finding.of(
                Series.RAW,
                "after all requests",
                "resident memory of the server",
                "MiB",
                Spread.of(residentMib(0)),
                Spread.of(residentMib(1))));
    context
        .findings()
        .note(
            String.format(
                Locale.ROOT,
                "Serving: processor time of the whole server process, its idle time subtracted"
                    + " (ours %.0f, geth %.0f µs per second). Every request is warmed up until the"
                    + " time per request is steady within 5 %%, at most %d s. The load generator"
                    + " shares the processors with the server: rates and latencies are those of the"
                    + " pair.",
                servers.get(0).idleMicrosPerSecond(),
                servers.get(1).idleMicrosPerSecond(),
                (quick ? WARM_QUICKLY : WARM).toSeconds()));
  }

  private double residentMib(int who) {
    return servers.get(who).server().process().residentKib() / KIB_IN_MIB;
  }

  private void warm(RequestCase request) {
    Duration most = context.settings().isQuick() ? WARM_QUICKLY : WARM;
    for (ServedLoad server : servers) {
      server.warm(crowd(request, 1), most);
    }
  }

  private static ServedLoad.Crowd crowd(RequestCase request, int clients) {
    return new ServedLoad.Crowd(
        request.word() + "-" + clients, RequestMix.parse(request.mix()), clients, WINDOW, 0, true);
  }

  private RoundTable rounds(RequestCase request, int clients, int rounds) {
    RoundTable table = new RoundTable();
    for (int round = 0; round < rounds; round++) {
      List<String> said = new ArrayList<>();
      for (int who = 0; who < servers.size(); who++) {
        LoadSample sample = servers.get(who).measure(crowd(request, clients), MEASURED);
        table.add(who, sample);
        said.add(
            String.format(
                Locale.ROOT,
                "%s %s µs, %s/s, p99 %s ms",
                servers.get(who).server().name(),
                Figures.text(sample.cpuMicros()),
                Figures.text(sample.perSecond()),
                Figures.text(sample.p99Millis())));
      }
      context
          .findings()
          .say("  " + request.title() + ", " + clients + " × 16: " + String.join("; ", said));
    }
    if (table.creditWaits() > 0 || table.freezes() > 0 || table.failures() > 0) {
      context
          .findings()
          .note(
              request.title()
                  + " on "
                  + clients
                  + " connections: "
                  + table.creditWaits()
                  + " waits for credit, "
                  + table.freezes()
                  + " freezes, "
                  + table.failures()
                  + " requests without a full answer, in all rounds together.");
    }
    return table;
  }

  private void report(Map<RequestCase, RoundTable> tables, int clients) {
    String on = clients == 1 ? ", 1 connection" : ", " + clients + " connections";
    tables.forEach(
        (request, table) -> {
          Finding cpu =
              table.finding(
                  Series.RAW, request.title(), "server CPU" + on, "µs", LoadSample::cpuMicros);
          boolean judged = clients == 1 && request.barMicros().isPresent();
          context
              .findings()
              .add(judged ? cpu.with(new Bar.AtMost(request.barMicros().getAsLong())) : cpu);
        });
    add(tables, "rate" + on, "req/s", LoadSample::perSecond);
    add(tables, "p50" + on, "ms", LoadSample::p50Millis);
    add(tables, "p99" + on, "ms", LoadSample::p99Millis);
  }

  private void add(
      Map<RequestCase, RoundTable> tables,
      String figure,
      String unit,
      ToDoubleFunction<LoadSample> value) {
    tables.forEach(
        (request, table) ->
            context
                .findings()
                .add(table.finding(Series.RAW, request.title(), figure, unit, value)));
  }
}
