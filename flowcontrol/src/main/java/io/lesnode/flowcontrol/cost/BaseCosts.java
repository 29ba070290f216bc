package io.lesnode.flowcontrol.cost;

import java.util.EnumMap;
import java.util.Map;
import java.util.function.Function;

/**
 * The average serving time of each kind of request in nanoseconds of one thread, which maximum
 * costs are made from; immutable.
 *
 * <p>geth's figures are for a typical machine and part of the compatibility surface. A server may
 * put measured ones in their place; then its global cost factor starts anew, because the factor
 * says how this machine differs from the figures.
 */
public final class BaseCosts {

  private static final BaseCosts GETH = of(RequestKind::averageTimeNanos);

  private final EnumMap<RequestKind, RequestCost> averageTimeNanos;

  /**
   * Costs of these average times.
   *
   * @throws IllegalArgumentException if a kind has none, or an item of it takes no time
   */
  public BaseCosts(Map<RequestKind, RequestCost> averageTimeNanos) {
    this.averageTimeNanos = new EnumMap<>(RequestKind.class);
    for (RequestKind kind : RequestKind.all()) {
      RequestCost time = averageTimeNanos.get(kind);
      if (time == null || time.perItem() == 0) {
        throw new IllegalArgumentException(kind + " needs a serving time per item");
      }
      this.averageTimeNanos.put(kind, time);
    }
  }

  private static BaseCosts of(Function<RequestKind, RequestCost> times) {
    Map<RequestKind, RequestCost> costs = new EnumMap<>(RequestKind.class);
    RequestKind.all().forEach(kind -> costs.put(kind, times.apply(kind)));
    return new BaseCosts(costs);
  }

  /** The figures that every geth server uses. */
  public static BaseCosts geth() {
    return GETH;
  }

  /** The average serving time of a kind. */
  public RequestCost averageTimeNanos(RequestKind kind) {
    RequestCost time = averageTimeNanos.get(kind);
    if (time == null) {
      throw new IllegalStateException("no time for " + kind);
    }
    return time;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof BaseCosts that && averageTimeNanos.equals(that.averageTimeNanos);
  }

  @Override
  public int hashCode() {
    return averageTimeNanos.hashCode();
  }

  @Override
  public String toString() {
    return "BaseCosts" + averageTimeNanos;
  }
}
