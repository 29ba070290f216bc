package io.lesnode.benchmarks.sim.scenario;

import java.util.List;
import java.util.Optional;

/**
 * Clients of one kind; immutable.
 *
 * @param name of the group in results: small letters, digits and dashes
 * @param count how many clients
 * @param arrival when they are there
 * @param demand how much they ask for
 * @param mix what they ask for
 * @param strategy how they behave
 * @param perAddress so many share one network address
 * @param reconnect whether and when one comes back that was refused or dropped
 * @param grants what the operator gives each, in the order of time
 * @param network another than the scenario's
 */
public record GroupSpec(
    String name,
    int count,
    Arrival arrival,
    Demand demand,
    Mix mix,
    Strategy strategy,
    int perAddress,
    Optional<Reconnect> reconnect,
    List<Grant> grants,
    Optional<NetworkSpec> network) {

  /** The most grants of a group. */
  public static final int MAX_GRANTS = 100;

  /** Checks ranges. */
  public GroupSpec {
    grants = List.copyOf(grants);
    if (count < 1 || count > Scenario.MAX_CLIENTS) {
      throw new IllegalArgumentException(
          "count is 1 to " + Scenario.MAX_CLIENTS + ", not " + count);
    }
    if (perAddress < 1 || perAddress > Scenario.MAX_CLIENTS) {
      throw new IllegalArgumentException(
          "1 to " + Scenario.MAX_CLIENTS + " clients share an address");
    }
    if (grants.size() > MAX_GRANTS) {
      throw new IllegalArgumentException("a group has at most " + MAX_GRANTS + " grants");
    }
    for (int i = 1; i < grants.size(); i++) {
      if (grants.get(i).atNanos() < grants.get(i - 1).atNanos()) {
        throw new IllegalArgumentException("grants come in the order of time");
      }
    }
    if (arrival instanceof Arrival.Toggle toggle && toggle.first() > count) {
      throw new IllegalArgumentException("no more than all clients are connected at first");
    }
    if (demand instanceof Demand.Rotating rotating && rotating.senders() > count) {
      throw new IllegalArgumentException("no more than all clients send at once");
    }
  }

  /**
   * Coming back: after the first pause, then twice as long after each failure.
   *
   * @param firstNanos the first pause
   * @param mostNanos the longest
   */
  public record Reconnect(long firstNanos, long mostNanos) {
    /** What a client does unless told otherwise. */
    public static final Reconnect DEFAULT = new Reconnect(2_000_000_000L, 300_000_000_000L);

    /** Checks ranges. */
    public Reconnect {
      if (firstNanos < 1_000_000 || mostNanos < firstNanos) {
        throw new IllegalArgumentException(
            "a client comes back after 1ms at least, and the longest pause is no shorter");
      }
    }
  }
}
