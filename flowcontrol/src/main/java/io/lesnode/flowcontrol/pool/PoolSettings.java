package io.lesnode.flowcontrol.pool;

/**
 * How a pool is set up.
 *
 * @param minCapacity what a client gets at least while it is active; positive
 * @param connectedBiasNanos for how long an active client is favoured over an equal newcomer
 * @param positiveTimeConstantSeconds in which tokens fall by the factor e; 0: they do not expire
 * @param negativeTimeConstantSeconds the same for negative balances
 * @param maxFreeClientsKnown how many negative balances are remembered at most
 */
public record PoolSettings(
    long minCapacity,
    long connectedBiasNanos,
    long positiveTimeConstantSeconds,
    long negativeTimeConstantSeconds,
    int maxFreeClientsKnown) {

  /** geth's bias for connected clients: 3 minutes. */
  public static final long DEFAULT_CONNECTED_BIAS_NANOS = 180_000_000_000L;

  /** geth's intended time constant of negative balances: one hour. */
  public static final long DEFAULT_NEGATIVE_TIME_CONSTANT_SECONDS = 3600;

  private static final int DEFAULT_MAX_FREE_CLIENTS = 200_000;

  /** Settings are within their ranges. */
  public PoolSettings {
    if (minCapacity < 1) {
      throw new IllegalArgumentException("The minimum capacity must be positive: " + minCapacity);
    }
    if (connectedBiasNanos < 0) {
      throw new IllegalArgumentException("The bias must not be negative: " + connectedBiasNanos);
    }
    if (positiveTimeConstantSeconds < 0 || negativeTimeConstantSeconds < 0) {
      throw new IllegalArgumentException("Time constants of expiry must not be negative");
    }
    if (maxFreeClientsKnown < 1) {
      throw new IllegalArgumentException(
          "At least one negative balance must be remembered: " + maxFreeClientsKnown);
    }
  }

  /** geth's defaults, with negative balances that expire. */
  public static PoolSettings of(long minCapacity) {
    return new PoolSettings(
        minCapacity,
        DEFAULT_CONNECTED_BIAS_NANOS,
        0,
        DEFAULT_NEGATIVE_TIME_CONSTANT_SECONDS,
        DEFAULT_MAX_FREE_CLIENTS);
  }

  /** The same with another bias. */
  public PoolSettings withConnectedBias(long nanos) {
    return new PoolSettings(
        minCapacity,
        nanos,
        positiveTimeConstantSeconds,
        negativeTimeConstantSeconds,
        maxFreeClientsKnown);
  }

  /** The same with other time constants; 0: no expiry. */
  public PoolSettings withTimeConstants(long positiveSeconds, long negativeSeconds) {
    return new PoolSettings(
        minCapacity, connectedBiasNanos, positiveSeconds, negativeSeconds, maxFreeClientsKnown);
  }

  /** The same with another bound on remembered negative balances. */
  public PoolSettings withMaxFreeClientsKnown(int max) {
    return new PoolSettings(
        minCapacity,
        connectedBiasNanos,
        positiveTimeConstantSeconds,
        negativeTimeConstantSeconds,
        max);
  }
}
