package io.lesnode.benchmarks.load;

import com.sun.management.OperatingSystemMXBean;
import io.lesnode.app.node.NodeFailure;
import io.lesnode.benchmarks.load.LoadResult.GroupResult;
import io.lesnode.benchmarks.load.LoadResult.Second;
import io.lesnode.benchmarks.load.LoadResult.ShapeResult;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;

/**
 * Runs a {@link LoadPlan}: looks at the chain, connects the clients, warms up, measures, and waits
 * a little for what is under way. Blocks the thread that runs it; {@link #cutShort} may be called
 * from any thread.
 */
public final class LoadRun {

  private static final long SECOND_NANOS = 1_000_000_000;
  private static final long CONNECT_NANOS = 60 * SECOND_NANOS;

  /** Connecting is over when no further client has come for so long. */
  private static final long NO_MORE_NANOS = 5 * SECOND_NANOS;

  /** How long the first one may take: as long as the handshakes may. */
  private static final long FIRST_NANOS = 20 * SECOND_NANOS;

  private static final long POLL_NANOS = 20_000_000;
  private static final long DRAIN_NANOS = 2 * SECOND_NANOS;

  private final LoadPlan plan;
  private final LoadProgress progress;
  private final CountDownLatch cut = new CountDownLatch(1);
  private final Map<String, List<Second>> seconds = new LinkedHashMap<>();
  private final Map<String, Long> lastReplies = new LinkedHashMap<>();

  /** Prepares a run. */
  public LoadRun(LoadPlan plan, LoadProgress progress) {
    this.plan = plan;
    this.progress = progress;
  }

  /**
   * Runs a plan.
   *
   * @throws NodeFailure if the server cannot be reached, refuses us, or its chain lacks what the
   *     mix asks for
   */
  public static LoadResult run(LoadPlan plan, LoadProgress progress) {
    return new LoadRun(plan, progress).run();
  }

  /**
   * Looks at a server's chain for what the mixes of a plan ask about.
   *
   * @throws NodeFailure if the server cannot be reached or refuses us
   */
  public static ChainSample look(LoadPlan plan) {
    Set<LoadKind> kinds =
        plan.groups().stream()
            .flatMap(group -> group.mix().parts().stream())
            .map(part -> part.shape().kind())
            .collect(Collectors.toSet());
    return Scout.learn(plan.target(), plan.seed(), kinds, AddressFile.read(plan.addresses()))
        .sample();
  }

  /** Ends the run early; it still gives its result. */
  public void cutShort() {
    cut.countDown();
  }

  /**
   * Runs the plan, once.
   *
   * @throws NodeFailure if the server cannot be reached, refuses us, or its chain lacks what the
   *     mix asks for
   */
  public LoadResult run() {
    progress.onStep("looking at the chain");
    ChainSample sample = plan.known().orElseGet(() -> look(plan));
    List<String> notes = new ArrayList<>();
    List<LoadGroup> groups =
        plan.groups().stream().map(group -> fitting(group, sample, notes)).toList();
    progress.onStep("connecting " + plan.clients() + " clients");
    try (LoadClients crowd =
        new LoadClients(
            plan.target(),
            plan.threads(),
            plan.seed(),
            plan.timeout().toNanos(),
            plan.decodesReplies())) {
      groups.forEach(crowd::add);
      int ready = connect(crowd);
      if (ready < plan.clients()) {
        notes.add(
            ready
                + " of "
                + plan.clients()
                + " clients were connected at the start; "
                + crowd.lastEnd().text());
      }
      crowd.greeting().ifPresent(said -> noteCosts(groups, said, notes));
      progress.onConnected(ready, plan.clients());
      return measure(crowd, groups, sample, notes);
    }
  }

  /**
   * Connects the clients and holds them idle for the planned duration, once.
   *
   * @return how many are connected at the start and at the end
   * @throws NodeFailure if no client can connect
   */
  public Held hold() {
    progress.onStep("connecting " + plan.clients() + " clients");
    try (LoadClients crowd =
        new LoadClients(
            plan.target(), plan.threads(), plan.seed(), plan.timeout().toNanos(), false)) {
      plan.groups().forEach(crowd::add);
      long startNanos = System.nanoTime();
      int ready = connect(crowd);
      double connectSeconds = (System.nanoTime() - startNanos) / (double) SECOND_NANOS;
      progress.onConnected(ready, plan.clients());
      long fromNanos = System.nanoTime();
      boolean early = watch(crowd, plan.groups(), fromNanos, fromNanos + plan.duration().toNanos());
      return new Held(
          plan.clients(), ready, crowd.readyCount(), connectSeconds, early, crowd.lastEnd().text());
    }
  }

  /**
   * Idle clients.
   *
   * @param wanted how many
   * @param connected how many were at the start
   * @param atEnd how many were at the end
   * @param connectSeconds how long connecting took
   * @param cutShort whether holding them ended early
   * @param lastEnd why a connection ended last, if one did
   */
  public record Held(
      int wanted,
      int connected,
      int atEnd,
      double connectSeconds,
      boolean cutShort,
      String lastEnd) {}

  /** The group with what the chain has data for. */
  private static LoadGroup fitting(LoadGroup group, ChainSample sample, List<String> notes) {
    for (RequestMix.Part part : group.mix().parts()) {
      Optional<String> missing = sample.missing(part.shape());
      if (missing.isPresent() && group.mix().mayBeTrimmed()) {
        notes.add(part.shape() + " is left out of " + group.name() + ": " + missing.get());
      } else if (missing.isPresent()) {
        throw new NodeFailure(
            "--mix " + group.mix() + " cannot be asked",
            part.shape() + ": " + missing.get(),
            "Choose another mix, a longer chain, or give --addresses",
            null);
      }
    }
    RequestMix mix = group.mix().only(shape -> sample.missing(shape).isEmpty());
    return new LoadGroup(
        group.name(),
        group.clients(),
        mix,
        group.window(),
        group.ratePerSecond(),
        group.obeysCredit());
  }

  /** geth never accepts what costs more than the limit, although its own client asks for it. */
  private static void noteCosts(List<LoadGroup> groups, ServerGreeting said, List<String> notes) {
    for (LoadGroup group : groups) {
      for (RequestMix.Part part : group.mix().parts()) {
        RequestShape shape = part.shape();
        long cost =
            said.costs()
                .cost(shape.kind().requestKind())
                .map(known -> known.of(shape.amount()))
                .orElse(Long.MAX_VALUE);
        if (cost > said.params().bufferLimit()) {
          notes.add(
              shape
                  + " of "
                  + group.name()
                  + " costs more than the whole credit that a new client gets; geth freezes who"
                  + " asks for that, unless it is given more capacity");
        }
      }
    }
  }

  private int connect(LoadClients crowd) {
    long startNanos = System.nanoTime();
    long lastNanos = startNanos;
    int ready = 0;
    while (ready < plan.clients() && !isCut(POLL_NANOS)) {
      int now = crowd.readyCount();
      long nanos = System.nanoTime();
      lastNanos = now > ready ? nanos : lastNanos;
      ready = now;
      long patienceNanos = ready == 0 ? FIRST_NANOS : NO_MORE_NANOS;
      if (nanos - startNanos > CONNECT_NANOS || nanos - lastNanos > patienceNanos) {
        break;
      }
    }
    if (ready == 0) {
      throw ScoutLine.failure(plan.target(), crowd.lastEnd());
    }
    return ready;
  }

  private boolean isCut(long waitNanos) {
    try {
      return cut.await(waitNanos, TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      cut.countDown();
      return true;
    }
  }

  private LoadResult measure(
      LoadClients crowd, List<LoadGroup> groups, ChainSample sample, List<String> notes) {
    crowd.start(sample);
    long fromNanos = System.nanoTime() + plan.warmup().toNanos();
    watch(crowd, groups, fromNanos, fromNanos);
    crowd.measure();
    fromNanos = System.nanoTime();
    lastReplies.clear();
    seconds.clear(); // the warm-up does not count
    long cpuNanos = cpuNanos();
    boolean early = watch(crowd, groups, fromNanos, fromNanos + plan.duration().toNanos());
    crowd.stop();
    long endNanos = System.nanoTime();
    long spentNanos = cpuNanos() - cpuNanos;
    long drainNanos = Math.min(DRAIN_NANOS, plan.timeout().toNanos());
    while (crowd.openCount() > 0 && System.nanoTime() - endNanos < drainNanos) {
      LockSupport.parkNanos(POLL_NANOS); // an early end does not hurry what is under way
    }
    crowd.settle();
    ServerGreeting said = crowd.greeting().orElseThrow();
    return new LoadResult(
        plan,
        said.clientName(),
        said.version().number(),
        sample.headNumber(),
        (endNanos - fromNanos) / (double) SECOND_NANOS,
        early,
        spentNanos,
        notes,
        groups.stream().map(group -> result(crowd, group)).toList());
  }

  /** Watches until a time; tells whether the run was cut short. */
  private boolean watch(
      LoadClients crowd, List<LoadGroup> groups, long fromNanos, long untilNanos) {
    long nextNanos = System.nanoTime() + SECOND_NANOS;
    long lastNanos = System.nanoTime();
    while (true) {
      long nowNanos = System.nanoTime();
      if (nowNanos >= nextNanos
          || (nowNanos >= untilNanos && nowNanos - lastNanos > SECOND_NANOS / 2)) {
        look(crowd, groups, nowNanos - fromNanos, nowNanos - lastNanos);
        lastNanos = nowNanos;
        nextNanos += SECOND_NANOS;
      }
      if (nowNanos >= untilNanos) {
        return false;
      }
      if (isCut(Math.min(nextNanos, untilNanos) - nowNanos)) {
        return true;
      }
    }
  }

  private void look(LoadClients crowd, List<LoadGroup> groups, long elapsedNanos, long sinceNanos) {
    Map<String, LoadProgress.Interval> intervals = new LinkedHashMap<>();
    double elapsedSeconds = elapsedNanos / (double) SECOND_NANOS;
    for (LoadGroup group : groups) {
      LoadProgress.Interval total = crowd.interval(group.name());
      long before = lastReplies.getOrDefault(group.name(), 0L);
      lastReplies.put(group.name(), total.replies());
      LoadProgress.Interval since =
          new LoadProgress.Interval(
              total.replies() - before, total.failures(), total.freezes(), total.latencies());
      intervals.put(group.name(), since);
      if (elapsedNanos > 0) {
        seconds
            .computeIfAbsent(group.name(), name -> new ArrayList<>())
            .add(
                new Second(
                    elapsedSeconds,
                    since.replies() * (double) SECOND_NANOS / sinceNanos,
                    since.latencies().getValueAtPercentile(50),
                    since.latencies().getValueAtPercentile(99),
                    since.failures(),
                    since.freezes()));
      }
    }
    progress.onSecond(elapsedSeconds, crowd.readyCount(), intervals);
  }

  private static long cpuNanos() {
    return ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean system
        ? system.getProcessCpuTime()
        : 0;
  }

  private GroupResult result(LoadClients crowd, LoadGroup group) {
    LoadTally tally = crowd.tally(group.name());
    List<Long> served = crowd.served(group.name());
    return new GroupResult(
        group,
        crowd.readyCount(group.name()),
        tally.repliesInTime,
        served.stream().mapToLong(Long::longValue).min().orElse(0),
        served.stream().mapToLong(Long::longValue).max().orElse(0),
        tally.freezes,
        tally.resumes,
        tally.bufferBelow,
        tally.bufferAbove,
        tally.bufferNegative,
        tally.creditWaits,
        tally.lateReplies,
        tally.strangeReplies,
        tally.wireInBytes,
        tally.wireOutBytes,
        tally.sendLag,
        tally.disconnects,
        tally.rows.entrySet().stream()
            .map(row -> ShapeResult.of(row.getKey(), row.getValue()))
            .toList(),
        seconds.getOrDefault(group.name(), List.of()));
  }
}
