package io.lesnode.benchmarks.compare;

import io.lesnode.app.node.NodeFailure;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.concurrent.locks.LockSupport;

/**
 * How fast a light client with an empty folder comes to the head: ours and geth's, fresh processes,
 * one after the other, at the same geth server.
 */
final class SyncSeries {
  private static final int ROUNDS = 3;
  private static final int SERVE_PERCENT = 1000;
  private static final int MAX_CLIENTS = 20;
  private static final Duration LIMIT = Duration.ofMinutes(5);
  private static final long POLL_NANOS = 20_000_000;
  private static final double MICROS = 1e6;
  private static final double KIB_IN_MIB = 1024;

  private record Sync(double seconds, double secondsFromAnswer, double cpuSeconds, double mib) {}

  private final CompareContext context;

  SyncSeries(CompareContext context) {
    this.context = context;
  }

  void run() {
    int rounds = context.settings().isQuick() ? 1 : ROUNDS;
    List<List<Sync>> syncs = List.of(new ArrayList<>(), new ArrayList<>());
    try (ServerProcess server =
        context
            .geth()
            .serve(
                context.chain(),
                context.datadir(context.geth()),
                new Contender.ServeOptions(SERVE_PERCENT, MAX_CLIENTS))) {
      for (int round = 0; round < rounds; round++) {
        for (int who = 0; who < 2; who++) {
          Contender contender = context.both().get(who);
          Path folder = context.freshFolder("light-" + contender.name());
          Sync sync = sync(contender, folder, server);
          syncs.get(who).add(sync);
          say(contender, sync);
          Folders.delete(folder);
        }
      }
    }
    report(syncs.get(0), syncs.get(1));
  }

  private Sync sync(Contender contender, Path folder, ServerProcess server) {
    long target = context.chain().headNumber();
    try (LightProcess light = contender.light(context.chain(), folder, server.enode().toString())) {
      double answered = -1;
      while (light.secondsSinceStart() < LIMIT.toSeconds()) {
        OptionalLong head = light.head();
        double now = light.secondsSinceStart();
        if (head.isPresent() && answered < 0) {
          answered = now;
        }
        if (head.isPresent() && head.getAsLong() >= target) {
          return new Sync(
              now,
              now - answered,
              light.process().cpuMicros() / MICROS,
              ProcStat.peakKib(light.process().pid()).orElse(0) / KIB_IN_MIB);
        }
        light.process().requireAlive("synchronised");
        LockSupport.parkNanos(POLL_NANOS);
      }
      throw new NodeFailure(
          "the light client of " + contender.name() + " did not come to block " + target,
          light.process().quote(),
          "",
          null);
    }
  }

  private void report(List<Sync> ours, List<Sync> geth) {
    double headers = context.chain().headNumber();
    String subject = context.chain().headNumber() + " headers";
    add(
        subject,
        "rate, from process start",
        "headers/s",
        rate(ours, false, headers),
        rate(geth, false, headers),
        true);
    add(
        subject,
        "rate, from first RPC answer",
        "headers/s",
        rate(ours, true, headers),
        rate(geth, true, headers),
        false);
    add(subject, "client processor time", "s", cpu(ours), cpu(geth), false);
    add(subject, "most memory of the client", "MiB", memory(ours), memory(geth), false);
    context
        .findings()
        .note(
            "Light header sync: one geth server with --light.serve "
                + SERVE_PERCENT
                + " serves both clients in turn; a stall of geth's downloader (about 35 s after a"
                + " first dial that came too early) is part of its rounds.");
  }

  private void add(
      String subject, String figure, String unit, Spread ours, Spread geth, boolean judged) {
    Finding finding = Finding.of(Series.SYNC, subject, figure, unit, ours, geth);
    context.findings().add(judged ? finding.with(new Bar.RatioAtLeast(2)) : finding);
  }

  private static Spread rate(List<Sync> syncs, boolean fromAnswer, double headers) {
    return new Spread(
        syncs.stream()
            .map(s -> headers / (fromAnswer ? Math.max(s.secondsFromAnswer(), 1e-3) : s.seconds()))
            .toList());
  }

  private static Spread cpu(List<Sync> syncs) {
    return new Spread(syncs.stream().map(Sync::cpuSeconds).toList());
  }

  private static Spread memory(List<Sync> syncs) {
    return new Spread(syncs.stream().map(Sync::mib).toList());
  }

  private void say(Contender contender, Sync sync) {
    context
        .findings()
        .say(
            String.format(
                Locale.ROOT,
                "  sync, %s: %.1f s from its start, %.1f s from its first answer, processor time"
                    + " %.1f s, at most %.0f MiB",
                contender.name(),
                sync.seconds(),
                sync.secondsFromAnswer(),
                sync.cpuSeconds(),
                sync.mib()));
  }
}
