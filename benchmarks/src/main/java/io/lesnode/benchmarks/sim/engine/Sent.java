package io.lesnode.benchmarks.sim.engine;

import io.lesnode.les.wire.LesMessage.Request;

/** A request on its way; run when it arrives at the server. */
final class Sent implements Runnable {

  final SimConnection connection;
  final Request request;
  final int part;
  final int sizeBytes;
  final long bornNanos;
  final long maxCost;

  /** What the client believed to have before it sent this. */
  final long estimate;

  /** How many freezes and changes of parameters the client had heard of. */
  final long heard;

  Sent(
      SimConnection connection,
      Request request,
      int part,
      int sizeBytes,
      long bornNanos,
      long maxCost,
      long estimate,
      long heard) {
    this.connection = connection;
    this.request = request;
    this.part = part;
    this.sizeBytes = sizeBytes;
    this.bornNanos = bornNanos;
    this.maxCost = maxCost;
    this.estimate = estimate;
    this.heard = heard;
  }

  @Override
  public void run() {
    connection.onArrived(this);
  }
}
