package io.lesnode.benchmarks.sim.scenario;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * One experiment: a server, its network and its clients for some virtual time; immutable.
 *
 * <p>A scenario and its seed determine everything: two runs give the same bytes on every machine.
 *
 * @param name of the file and in reports: small letters, digits, dots and dashes
 * @param description what the scenario shows; may have several lines
 * @param seed of every random draw
 * @param durationNanos how long is simulated
 * @param sampleNanos the distance of two points of a series
 * @param warmupNanos what is served before counts in series and not in summaries; less than the
 *     duration
 * @param server the server
 * @param network between the server and every client that has no other
 * @param vip how the server sells priority, if it does
 * @param groups clients, in the order of the file; names are unique
 * @param expectations what the figures must be
 */
public record Scenario(
    String name,
    String description,
    long seed,
    long durationNanos,
    long sampleNanos,
    long warmupNanos,
    ServerSpec server,
    NetworkSpec network,
    Optional<VipSpec> vip,
    List<GroupSpec> groups,
    List<Expectation> expectations) {

  /** The most clients of a scenario, all groups together. */
  public static final int MAX_CLIENTS = 100_000;

  /** The longest simulated time: 30 days. */
  public static final long MAX_DURATION_NANOS = 30L * 86_400 * 1_000_000_000L;

  /** The most points of a series. */
  public static final long MAX_SAMPLES = 100_000;

  /** The most events of one run, beyond which an engine gives up: some hours of computing. */
  public static final long MAX_EVENTS = 20_000_000_000L;

  /** Checks what concerns the whole. */
  public Scenario {
    groups = List.copyOf(groups);
    expectations = List.copyOf(expectations);
    if (durationNanos < 1 || durationNanos > MAX_DURATION_NANOS) {
      throw new IllegalArgumentException("the duration is more than 0 and at most 30 days");
    }
    if (sampleNanos < 1 || durationNanos / sampleNanos > MAX_SAMPLES) {
      throw new IllegalArgumentException(
          "a series has at most " + MAX_SAMPLES + " samples; take them less often");
    }
    if (warmupNanos < 0 || warmupNanos >= durationNanos) {
      throw new IllegalArgumentException("the warm-up is shorter than the duration");
    }
    if (groups.isEmpty()) {
      throw new IllegalArgumentException("there must be clients: one group at least");
    }
    Set<String> names = new HashSet<>();
    for (GroupSpec group : groups) {
      if (!names.add(group.name())) {
        throw new IllegalArgumentException("two groups are named " + group.name());
      }
      if (group.strategy().needsVip() && vip.isEmpty()) {
        throw new IllegalArgumentException(
            "group " + group.name() + " pays, and the server does not sell; add 'vip:'");
      }
    }
    if (clients(groups) > MAX_CLIENTS) {
      throw new IllegalArgumentException("there are at most " + MAX_CLIENTS + " clients");
    }
  }

  /** How many clients there are. */
  public int clients() {
    return (int) clients(groups);
  }

  private static long clients(List<GroupSpec> groups) {
    return groups.stream().mapToLong(GroupSpec::count).sum();
  }

  /** The same with another seed. */
  public Scenario withSeed(long other) {
    return new Scenario(
        name,
        description,
        other,
        durationNanos,
        sampleNanos,
        warmupNanos,
        server,
        network,
        vip,
        groups,
        expectations);
  }
}
