package io.lesnode.benchmarks.load;

import io.lesnode.devp2p.Enode;
import io.lesnode.devp2p.NodeId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;

/**
 * Loads a LES server and prints what came back.
 *
 * <pre>
 * LoadRun ENODE [ids] seconds=20 warmup=3 threads=2
 *   group=free clients=100 mix=headers:16*3,proofs:4 window=4 rate=0 obey=true
 *   group=priority clients=4 rate=5 …
 * </pre>
 *
 * <p>What comes before the first {@code group} holds for the run, what comes after a {@code group}
 * for that group. With {@code ids} only the node ids of the clients are printed (their names for
 * the server's operator), and nothing is connected.
 */
public final class LoadRun {

  private static final long CONNECT_NANOS = TimeUnit.SECONDS.toNanos(120);
  private static final double NANOS_PER_MILLI = 1e6;
  private static final double[] PERCENTILES = {50, 90, 99, 99.9};

  private LoadRun() {}

  /** Runs it. */
  public static void main(String[] arguments) {
    List<Map<String, String>> sections = sections(arguments);
    Map<String, String> run = sections.getFirst();
    List<LoadGroup> groups = sections.stream().skip(1).map(LoadRun::group).toList();
    if (groups.isEmpty() || arguments.length == 0) {
      System.err.println("LoadRun ENODE [ids] seconds=… warmup=… threads=… group=NAME clients=…");
      System.exit(2);
    }
    if (run.containsKey("ids")) {
      groups.forEach(LoadRun::printIds);
      return;
    }
    load(Enode.parse(arguments[0]), run, groups);
  }

  private static List<Map<String, String>> sections(String[] arguments) {
    List<Map<String, String>> sections = new ArrayList<>(List.of(new HashMap<>()));
    for (String argument :
        Arrays.asList(arguments).subList(Math.min(1, arguments.length), arguments.length)) {
      int equals = argument.indexOf('=');
      String key = equals < 0 ? argument : argument.substring(0, equals);
      if (key.equals("group")) {
        sections.add(new HashMap<>());
      }
      sections.getLast().put(key, equals < 0 ? "" : argument.substring(equals + 1));
    }
    return sections;
  }

  private static LoadGroup group(Map<String, String> values) {
    return new LoadGroup(
        values.getOrDefault("group", "load"),
        Integer.parseInt(values.getOrDefault("clients", "1")),
        RequestMix.parse(values.getOrDefault("mix", "headers:16")),
        Integer.parseInt(values.getOrDefault("window", "4")),
        Double.parseDouble(values.getOrDefault("rate", "0")),
        Boolean.parseBoolean(values.getOrDefault("obey", "true")));
  }

  private static void printIds(LoadGroup group) {
    for (int i = 0; i < group.clients(); i++) {
      System.out.println(
          group.name() + " " + NodeId.of(group.key(i).publicKey()).hash().toUnprefixedHexString());
    }
  }

  private static void load(Enode server, Map<String, String> run, List<LoadGroup> groups) {
    int threads = Integer.parseInt(run.getOrDefault("threads", "2"));
    long seconds = Long.parseLong(run.getOrDefault("seconds", "20"));
    long warmupSeconds = Long.parseLong(run.getOrDefault("warmup", "3"));
    try (LoadClients crowd = new LoadClients(server, threads)) {
      Map<String, List<LoadClient>> clients = new HashMap<>();
      groups.forEach(group -> clients.put(group.name(), crowd.add(group)));
      int wanted = groups.stream().mapToInt(LoadGroup::clients).sum();
      long startNanos = System.nanoTime();
      int ready = crowd.readyCount();
      while (ready < wanted && System.nanoTime() - startNanos < CONNECT_NANOS) {
        LockSupport.parkNanos(100_000_000);
        ready = crowd.readyCount();
      }
      System.out.printf(
          "%d of %d clients connected after %.1f s%n",
          ready, wanted, (System.nanoTime() - startNanos) / 1e9);
      crowd.start();
      sleep(warmupSeconds);
      crowd.resetLatencies();
      Map<LoadClient, Long> before = served(clients);
      long fromNanos = System.nanoTime();
      sleep(seconds);
      Map<LoadClient, Long> after = served(clients);
      double elapsed = (System.nanoTime() - fromNanos) / 1e9;
      for (LoadGroup group : groups) {
        report(crowd, group, clients.getOrDefault(group.name(), List.of()), before, after, elapsed);
      }
      System.out.println("still connected: " + crowd.readyCount());
      System.out.println("disconnects: " + crowd.disconnects());
      crowd.stop();
    }
  }

  private static Map<LoadClient, Long> served(Map<String, List<LoadClient>> clients) {
    Map<LoadClient, Long> served = new HashMap<>();
    clients.values().forEach(list -> list.forEach(c -> served.put(c, c.counters().served())));
    return served;
  }

  private static void sleep(long seconds) {
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    while (System.nanoTime() < until) {
      LockSupport.parkNanos(until - System.nanoTime());
    }
  }

  private static void report(
      LoadClients crowd,
      LoadGroup group,
      List<LoadClient> clients,
      Map<LoadClient, Long> before,
      Map<LoadClient, Long> after,
      double seconds) {
    long[] each =
        clients.stream()
            .mapToLong(c -> after.getOrDefault(c, 0L) - before.getOrDefault(c, 0L))
            .sorted()
            .toArray();
    long total = Arrays.stream(each).sum();
    long stops = clients.stream().mapToLong(c -> c.counters().stops()).sum();
    long silent = Arrays.stream(each).filter(n -> n == 0).count();
    Histogram latencies = crowd.latencies(group.name());
    StringBuilder line = new StringBuilder();
    for (double percentile : PERCENTILES) {
      line.append(
          String.format(
              Locale.ROOT,
              " p%s %.1f ms",
              percentile == (long) percentile
                  ? Long.toString((long) percentile)
                  : Double.toString(percentile),
              latencies.getValueAtPercentile(percentile) / NANOS_PER_MILLI));
    }
    System.out.printf(
        Locale.ROOT,
        "%s: %d clients, %d replies, %.0f/s, per client %d / %d / %d (least, median, most),"
            + " %d clients without a reply, %d freezes,%s, max %.1f ms%n",
        group.name(),
        each.length,
        total,
        total / seconds,
        each[0],
        each[each.length / 2],
        each[each.length - 1],
        silent,
        stops,
        line,
        latencies.getMaxValue() / NANOS_PER_MILLI);
  }
}
