package io.lesnode.flowcontrol.server;

import io.lesnode.flowcontrol.Rounding;

/**
 * Credit with geth's rounding, and a look at everything that recorded traces of geth hold: for the
 * replay of such traces, not for servers. Stateless.
 */
public final class ManagerAsGeth {
  private ManagerAsGeth() {}

  /**
   * What a manager has.
   *
   * @param sumRecharge of the clients that recharge
   * @param totalRecharge by the curve
   * @param totalConnected the capacity of all
   * @param integral recharge per unit of capacity, integrated
   * @param queueLength how many recharge
   * @param logTotalCapacity the logarithm of the total capacity
   * @param totalCapacity the same, not rounded
   */
  public record ManagerState(
      long sumRecharge,
      long totalRecharge,
      long totalConnected,
      long integral,
      int queueLength,
      double logTotalCapacity,
      double totalCapacity) {}

  /**
   * What a client has.
   *
   * @param bufferValue its credit
   * @param sumCost of all its requests
   * @param scheduledCount changes of parameters that wait
   * @param correctedValue its credit with bonus and refunds
   * @param lastIntegral when that was brought up to date
   * @param fullIntegral when it will be full
   */
  public record ClientState(
      long bufferValue,
      long sumCost,
      int scheduledCount,
      long correctedValue,
      long lastIntegral,
      long fullIntegral) {}

  /** A manager without clients. */
  public static CreditManager create(long nowNanos) {
    return new CreditManager(nowNanos, Rounding.AS_GETH);
  }

  /** The manager's state. */
  public static ManagerState state(CreditManager manager) {
    return new ManagerState(
        manager.sumRecharge(),
        manager.totalRecharge(),
        manager.totalConnected(),
        manager.integral(),
        manager.queueLength(),
        manager.logTotalCapacity(),
        manager.exactTotalCapacity());
  }

  /** A client's state. */
  public static ClientState state(ClientCredit client) {
    return new ClientState(
        client.bufferValue(),
        client.sumCost(),
        client.scheduledCount(),
        client.recharge.correctedValue,
        client.recharge.lastIntegral,
        client.recharge.fullIntegral);
  }
}
