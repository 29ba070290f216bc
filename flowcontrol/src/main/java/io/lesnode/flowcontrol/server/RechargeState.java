package io.lesnode.flowcontrol.server;

/** What the {@link CreditManager} keeps per client; a plain field holder owned by the manager. */
final class RechargeState {

  /** The buffer value including bonus recharge and refunds. */
  long correctedValue;

  /** The fraction of a unit that {@link #correctedValue} lacks, in millionths. */
  long remainder;

  /** The integrator when {@link #correctedValue} was last brought up to date. */
  long lastIntegral;

  /** The integrator at which {@link #correctedValue} will be full. */
  long fullIntegral;

  /** The place in the recharge queue; −1: not queued. */
  int queueIndex = -1;

  /** Breaks ties between equal {@link #fullIntegral}. */
  long queueSequence;
}
