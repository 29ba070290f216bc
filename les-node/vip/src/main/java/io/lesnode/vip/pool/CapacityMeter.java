package io.lesnode.vip.pool;

import io.lesnode.vipnode.pool.TokenPrice;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.function.ToLongFunction;
import org.apache.tuweni.bytes.Bytes32;
import org.jspecify.annotations.Nullable;

/**
 * What service costs in tokens: a capacity, for as long as it is held. A host counts what each
 * client holds, a client what it holds of each host, each by its own clock; so both come to the
 * same within the seconds by which their clocks and the network differ. Thread-safe.
 */
public final class CapacityMeter implements ToLongFunction<Bytes32> {
  private static final long MILLIS = 1_000;

  private final InstantSource clock;

  /** Guarded by this. */
  private final Map<Bytes32, Held> held = new HashMap<>();

  /**
   * Capacity that is held.
   *
   * @param tokens until {@code sinceMillis}
   * @param capacity from then on; 0: none
   */
  private record Held(long tokens, long sinceMillis, long capacity) {}

  /** A meter that starts at nothing. */
  public CapacityMeter(InstantSource clock) {
    this.clock = clock;
  }

  /** From now on a peer has a capacity; also after it had another one. */
  public synchronized void start(Bytes32 peer, long capacity) {
    long now = clock.millis();
    held.put(peer, new Held(count(held.get(peer), now), now, capacity));
  }

  /** From now on it has none. */
  public synchronized void stop(Bytes32 peer) {
    if (held.containsKey(peer)) {
      start(peer, 0);
    }
  }

  /** Tokens since we began to count. */
  @Override
  public synchronized long applyAsLong(Bytes32 peer) {
    return count(held.get(peer), clock.millis());
  }

  private static long count(@Nullable Held held, long nowMillis) {
    if (held == null) {
      return 0;
    }
    long millis = Math.max(0, nowMillis - held.sinceMillis());
    return held.tokens() + TokenPrice.tokens(held.capacity(), millis) / MILLIS;
  }
}
