package io.lesnode.flowcontrol.client;

import io.lesnode.flowcontrol.CreditParams;
import io.lesnode.flowcontrol.Rounding;

/**
 * A client's estimate with geth's rounding, and a look at everything that recorded traces of geth
 * hold: for the replay of such traces, not for clients. Stateless.
 */
public final class CreditAsGeth {
  private CreditAsGeth() {}

  /**
   * What an estimate has.
   *
   * @param estimate the credit that the client believes to have
   * @param isRecharging whether it rises
   * @param sumCost of all requests
   * @param pendingCount requests without answers
   */
  public record State(long estimate, boolean isRecharging, long sumCost, int pendingCount) {}

  /** An estimate at the beginning of a connection. */
  public static ServerCredit create(CreditParams params, long nowNanos) {
    return new ServerCredit(params, nowNanos, Rounding.AS_GETH);
  }

  /** The state. */
  public static State state(ServerCredit credit) {
    return new State(
        credit.estimate(), credit.isRecharging(), credit.sumCost(), credit.pendingCount());
  }
}
