package io.lesnode.les.server;

import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * Parameters of a client; what is absent stays as it is.
 *
 * <p>Factors are in balance units: per nanosecond (time), per nanosecond and million of capacity
 * (capacity), per cost unit (request). The RPC's numbers are 10^9 times as large.
 *
 * @param capacity units per millisecond
 * @param timeFactor price of being connected, while the balance is positive
 * @param capacityFactor price of the capacity, likewise
 * @param requestFactor price of served requests, likewise
 * @param negativeTimeFactor price of being connected once nothing is left
 * @param negativeCapacityFactor price of the capacity, likewise
 * @param negativeRequestFactor price of served requests, likewise
 */
public record ClientParams(
    OptionalLong capacity,
    OptionalDouble timeFactor,
    OptionalDouble capacityFactor,
    OptionalDouble requestFactor,
    OptionalDouble negativeTimeFactor,
    OptionalDouble negativeCapacityFactor,
    OptionalDouble negativeRequestFactor) {

  /** Nothing is given. */
  public static final ClientParams NONE =
      new ClientParams(
          OptionalLong.empty(),
          OptionalDouble.empty(),
          OptionalDouble.empty(),
          OptionalDouble.empty(),
          OptionalDouble.empty(),
          OptionalDouble.empty(),
          OptionalDouble.empty());

  /** Only a capacity. */
  public static ClientParams ofCapacity(long capacity) {
    return NONE.withCapacity(capacity);
  }

  /** The same factors with a capacity. */
  public ClientParams withCapacity(long value) {
    return new ClientParams(
        OptionalLong.of(value),
        timeFactor,
        capacityFactor,
        requestFactor,
        negativeTimeFactor,
        negativeCapacityFactor,
        negativeRequestFactor);
  }
}
