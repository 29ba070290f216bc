package io.lesnode.flowcontrol.pool;

import java.util.Iterator;
import java.util.List;
import java.util.Map;

/**
 * A client pool with geth's quirks, and a look at everything that recorded traces of geth hold: for
 * the replay of such traces, not for servers. Stateless.
 */
public final class PoolAsGeth {
  private PoolAsGeth() {}

  /**
   * Balances as they are stored.
   *
   * @param positiveBase tokens, the base
   * @param positiveExponent tokens, the exponent
   * @param negativeBase what was had for nothing, the base
   * @param negativeExponent what was had for nothing, the exponent
   */
  public record RawBalances(
      long positiveBase, long positiveExponent, long negativeBase, long negativeExponent) {}

  /** A pool without connected clients over stored records. */
  public static ClientPool create(
      PoolSettings settings, Iterator<Map.Entry<byte[], byte[]>> records, long nowNanos) {
    return new ClientPool(settings, Quirks.GETH, new GethCache(), records, nowNanos);
  }

  /** What a client would get; geth divides the priority by the capacity twice. */
  public static List<Long> capacityQuery(
      ClientPool pool,
      ClientId id,
      String freeClientId,
      List<Long> addTokens,
      long biasNanos,
      long nowNanos) {
    return pool.capacityQuery(
        id,
        freeClientId,
        addTokens,
        biasNanos,
        (priority, capacity) -> priority / capacity,
        nowNanos);
  }

  /** Balances as they are stored, brought up to date. */
  public static RawBalances rawBalances(
      ClientPool pool, ClientId id, String freeClientId, long nowNanos) {
    Balance raw = pool.rawBalances(id, freeClientId, nowNanos);
    return new RawBalances(
        raw.positive.base(), raw.positive.exponent(), raw.negative.base(), raw.negative.exponent());
  }
}
