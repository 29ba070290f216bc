package io.lesnode.benchmarks.sim.scenario;

import java.util.List;
import java.util.Optional;

/**
 * What a simulation gave; immutable. Nothing in it depends on the machine or the time of day.
 *
 * <p>Keys of figures. Of the server: {@code served.requests}, {@code served.cost}, {@code
 * utilisation} (served cost of what the total recharge allowed, 1 = all), {@code fairness} (Jain's
 * index of cost served per capacity and time), {@code freezes}, {@code refused.connections}, {@code
 * refused.requests}, {@code capacity.mean} and {@code capacity.least} (total). Of groups: {@code
 * served.requests}, {@code served.cost}, {@code served.share} (of all cost), {@code
 * served.perCapacity.mean}, {@code .least}, {@code .most} (a client's share of the cost over its
 * share of the capacity), {@code connected.mean} and {@code connected.share.mean}, {@code .least},
 * {@code .most} (a client's connected time over the duration), {@code capacity.mean}, {@code
 * refused.connections}, {@code dropped}, {@code freezes}, {@code stops}, {@code latency.p50},
 * {@code .p90}, {@code .p99}, {@code .max}; money: {@code spent}, {@code tokens.bought}, {@code
 * surplus}, {@code tried}, {@code bought}, and of the server {@code revenue}, {@code
 * tokens.issued}, {@code price.mean}.
 *
 * @param scenario its name
 * @param seed it ran with
 * @param events how many there were
 * @param series in an order that does not change
 * @param figures in an order that does not change, the server's first
 * @param latencies in an order that does not change
 */
public record SimResult(
    String scenario,
    long seed,
    long events,
    List<Series> series,
    List<Figure> figures,
    List<Latencies> latencies) {
  /** Copies the lists. */
  public SimResult {
    series = List.copyOf(series);
    figures = List.copyOf(figures);
    latencies = List.copyOf(latencies);
  }

  /** A figure, if there is one of that name. */
  public Optional<Figure> figure(String group, String key) {
    return figures.stream().filter(f -> f.group().equals(group) && f.key().equals(key)).findFirst();
  }
}
