package io.lesnode.les.server;

import io.lesnode.les.wire.LesMessage.Request;
import org.apache.tuweni.bytes.Bytes;

/** What requests take and give at a {@link DrivenServer}, in place of threads and a chain. */
public interface ServingModel {

  /**
   * How long a thread works at a request. Asked once, when a thread takes it up.
   *
   * @param running how many threads serve, this one included
   * @return nanoseconds, more than zero
   */
  long servingNanos(Request request, int running);

  /**
   * For how long a request takes its thread: as long as a thread works at it, unless an experiment
   * wants service without delay.
   *
   * @param servingNanos what {@link #servingNanos} said, which is what the request costs
   */
  default long occupiedNanos(long servingNanos) {
    return servingNanos;
  }

  /** The third element of the reply, encoded; its size is what the bandwidth is charged for. */
  Bytes body(Request request);
}
