package io.lesnode.benchmarks.compare;

import io.lesnode.benchmarks.load.RequestMix;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/**
 * What clients without a balance get from a server with its default share of the machine, when they
 * obey flow control: the credit that is granted is the limit, not the server.
 */
final class FreeSeries {
  private static final int ROUNDS = 3;
  private static final int CLIENTS = 4;
  private static final int WINDOW = 4;
  private static final Duration WARM = Duration.ofSeconds(10);
  private static final Duration MEASURED = Duration.ofSeconds(10);
  private static final String MIX = "mainnet";

  private final CompareContext context;
  private final List<ServedLoad> servers;

  FreeSeries(CompareContext context, List<ServedLoad> servers) {
    this.context = context;
    this.servers = List.copyOf(servers);
  }

  /** The mix that is asked. */
  static RequestMix mix() {
    return RequestMix.parse(MIX);
  }

  void run() {
    ServedLoad.Crowd crowd = new ServedLoad.Crowd("free", mix(), CLIENTS, WINDOW, 0, false);
    servers.forEach(server -> server.warm(crowd, WARM));
    RoundTable table = new RoundTable();
    for (int round = 0; round < (context.settings().isQuick() ? 1 : ROUNDS); round++) {
      for (int who = 0; who < servers.size(); who++) {
        LoadSample sample = servers.get(who).measure(crowd, MEASURED);
        table.add(who, sample);
        context
            .findings()
            .say(
                String.format(
                    Locale.ROOT,
                    "  free clients, %s: %s/s, p50 %s, p99 %s ms, %d waits for credit, %d freezes",
                    servers.get(who).server().name(),
                    Figures.text(sample.perSecond()),
                    Figures.text(sample.p50Millis()),
                    Figures.text(sample.p99Millis()),
                    sample.creditWaits(),
                    sample.freezes()));
      }
    }
    String subject = CLIENTS + " clients, mix " + MIX;
    add(table.finding(Series.FREE, subject, "rate", "req/s", LoadSample::perSecond));
    add(table.finding(Series.FREE, subject, "p50", "ms", LoadSample::p50Millis));
    add(table.finding(Series.FREE, subject, "p99", "ms", LoadSample::p99Millis));
    add(table.finding(Series.FREE, subject, "server CPU", "µs", LoadSample::cpuMicros));
    add(table.finding(Series.FREE, subject, "waits for credit", "", LoadSample::creditWaits));
    add(table.finding(Series.FREE, subject, "freezes", "", LoadSample::freezes));
  }

  private void add(Finding finding) {
    context.findings().add(finding);
  }
}
