package io.lesnode.flowcontrol.server;

import io.lesnode.flowcontrol.CreditParams;
import io.lesnode.flowcontrol.Recharge;
import io.lesnode.flowcontrol.Rounding;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;

/**
 * One client's token bucket at a server; confined to the node loop, like its {@link CreditManager}.
 *
 * <p>The bucket holds {@code bufferValue} ≤ BL and refills at MRR. An admitted request is charged
 * its maximum cost; when it is settled, the difference to its real cost is given back through the
 * manager's corrected value, which also carries the bonus recharge. The reported value adds back
 * what later admitted requests were charged:
 *
 * <pre>BV = max(0, bufferValue + (sumCost − sumCost when this request was admitted))</pre>
 *
 * so that the client can subtract exactly the requests that it knows it sent later. Worked example:
 * BL 1 000 000, three requests of 100 000 admitted at once: bufferValue 700 000; the first settles
 * at full cost and reports 700 000 + (300 000 − 100 000) = 900 000.
 *
 * <p>Lower parameters apply two seconds late, because the client may already have sent requests on
 * the strength of the old ones. Times are nanoseconds of one monotonic clock.
 *
 * <p>Reference: geth v1.10.26, les/flowcontrol/control.go, ClientNode.
 */
public final class ClientCredit {

  /** How late lowered parameters apply. */
  public static final long DECREASE_DELAY_NANOS = 2_000_000_000L;

  private record Scheduled(long atNanos, CreditParams params) {}

  /**
   * The bucket as others may see it.
   *
   * @param bufferValue never negative
   */
  public record BufferStatus(long bufferValue, long bufferLimit) {}

  private final CreditManager manager;
  private CreditParams params;
  private long bufferValue;
  private long remainder;
  private long lastNanos;
  private final Deque<Scheduled> schedule = new ArrayDeque<>();
  private long sumCost;
  private long lastTicket;
  private long decreaseDelayNanos = DECREASE_DELAY_NANOS;
  private final Tickets tickets = new Tickets();
  private boolean connected = true;

  /** The manager's view of this client; only the manager touches it. */
  final RechargeState recharge = new RechargeState();

  ClientCredit(CreditManager manager, CreditParams params, long nowNanos) {
    this.manager = manager;
    this.params = params;
    this.bufferValue = params.bufferLimit();
    this.lastNanos = nowNanos;
  }

  /** Charges a request its maximum cost, or says how much is missing. */
  public Admission admit(long maxCost, long nowNanos) {
    requireConnected();
    update(nowNanos);
    if (maxCost > bufferValue) {
      return new Admission.Underrun(maxCost - bufferValue);
    }
    bufferValue -= maxCost;
    sumCost += maxCost;
    tickets.add(++lastTicket, maxCost, sumCost);
    return new Admission.Admitted(lastTicket, manager.onAdmitted(this, maxCost, nowNanos));
  }

  /**
   * Settles an admitted request at its real cost (at most its maximum cost counts).
   *
   * @return the buffer value to report; it may exceed BL when the bucket filled up meanwhile
   */
  public long settle(long ticket, long realCost, long nowNanos) {
    int place = ticket > 0 ? tickets.find(ticket) : -1;
    if (place < 0) {
      throw new IllegalStateException("Ticket " + ticket + " was settled before or never admitted");
    }
    long maxCost = tickets.maxCost(place);
    long sumCostThen = tickets.sumCost(place);
    tickets.remove(place);
    update(nowNanos);
    correct(maxCost - Math.min(realCost, maxCost), nowNanos);
    return Math.max(0, bufferValue + (sumCost - sumCostThen));
  }

  /**
   * Charges a cost without a reply, for a message that is ignored; the value may fall below zero.
   */
  public void charge(long cost, long nowNanos) {
    update(nowNanos);
    bufferValue -= cost;
    correct(-cost, nowNanos);
  }

  /**
   * Changes the parameters: at once when the recharge rate does not fall, else two seconds late, or
   * as late as {@link #setDecreaseDelay} says.
   *
   * <p>A pending decrease that would still leave less or the same is replaced. Differs from geth,
   * which writes the replacement to a copy and so keeps the older value (ClientCreditTraceTest,
   * traces with "lostUpdate").
   *
   * <p>A client applies updates one by one as they arrive: one that meets a pending decrease raises
   * what it believes from the lower limit on. It is credited the same here. Differs from geth,
   * which refuses such a client later although it obeyed (ObedientClientLawsTest).
   */
  public void updateParams(CreditParams next, long nowNanos) {
    update(nowNanos);
    if (!schedule.isEmpty() && manager.rounding() == Rounding.EXACT) {
      creditRaise(next.bufferLimit() - schedule.getLast().params().bufferLimit(), next, nowNanos);
    }
    if (next.rechargePerMilli() >= params.rechargePerMilli()) {
      schedule.clear();
      apply(next, nowNanos);
      return;
    }
    long atNanos = nowNanos + decreaseDelayNanos;
    Iterator<Scheduled> pending = schedule.iterator();
    boolean replaced = false;
    while (pending.hasNext()) {
      Scheduled scheduled = pending.next();
      if (replaced) {
        pending.remove();
      } else if (next.rechargePerMilli() >= scheduled.params().rechargePerMilli()) {
        atNanos = scheduled.atNanos();
        replaced = true;
        pending.remove();
      }
    }
    schedule.addLast(new Scheduled(atNanos, next));
  }

  /** How late lower parameters apply from now on. */
  public void setDecreaseDelay(long nanos) {
    if (nanos < DECREASE_DELAY_NANOS) {
      throw new IllegalArgumentException("Clients need at least two seconds, not " + nanos + " ns");
    }
    decreaseDelayNanos = nanos;
  }

  /** Tells the manager that this client overran its bucket, which lowers the total capacity. */
  public void onFrozen(long nowNanos) {
    manager.onFrozen(params.rechargePerMilli(), nowNanos);
  }

  /** The bucket at a time; (0, 0) after {@link #disconnect}. */
  public BufferStatus status(long nowNanos) {
    if (!connected) {
      return new BufferStatus(0, 0);
    }
    update(nowNanos);
    correct(0, nowNanos);
    return new BufferStatus(Math.max(0, bufferValue), params.bufferLimit());
  }

  /** Ends the connection; tickets may still be settled. */
  public void disconnect(long nowNanos) {
    requireConnected();
    connected = false;
    manager.onDisconnected(this, nowNanos);
  }

  /** The parameters in force; scheduled decreases are not in force yet. */
  public CreditParams params() {
    return params;
  }

  /** How many admitted requests are not settled. */
  public int unsettledCount() {
    return tickets.size();
  }

  long bufferValue() {
    return bufferValue;
  }

  long sumCost() {
    return sumCost;
  }

  int scheduledCount() {
    return schedule.size();
  }

  /** The manager sets the parameters, because its sums depend on them. */
  void setParams(CreditParams next) {
    params = next;
  }

  /** Gives what a client that was told of a lower limit adds when it is told of the next one. */
  private void creditRaise(long raise, CreditParams next, long nowNanos) {
    if (raise <= 0) {
      return;
    }
    // applying the new limit adds the rise above the limit in force once more
    long applied = Math.max(0, next.bufferLimit() - params.bufferLimit());
    long value = Math.min(bufferValue + raise - applied, params.bufferLimit());
    if (value > bufferValue) {
      manager.correct(this, value - bufferValue, nowNanos);
      bufferValue = value;
    }
  }

  private void update(long nowNanos) {
    while (!schedule.isEmpty() && schedule.getFirst().atNanos() <= nowNanos) {
      Scheduled due = schedule.removeFirst();
      refill(due.atNanos());
      apply(due.params(), nowNanos);
    }
    refill(nowNanos);
  }

  private void refill(long nowNanos) {
    long elapsed = nowNanos - lastNanos;
    bufferValue =
        Math.min(
            Recharge.plus(
                bufferValue, Recharge.amount(params.rechargePerMilli(), elapsed, remainder)),
            params.bufferLimit());
    remainder =
        manager.rounding() == Rounding.AS_GETH || bufferValue == params.bufferLimit()
            ? 0
            : Recharge.remainder(params.rechargePerMilli(), elapsed, remainder);
    lastNanos = nowNanos;
  }

  private void apply(CreditParams next, long nowNanos) {
    long raise = next.bufferLimit() - params.bufferLimit();
    if (raise > 0) {
      bufferValue += raise;
    } else {
      bufferValue = Math.min(bufferValue, next.bufferLimit());
    }
    manager.onParamsChanged(this, next, nowNanos);
  }

  private void correct(long add, long nowNanos) {
    manager.correct(this, add, nowNanos);
    bufferValue = Math.max(bufferValue, recharge.correctedValue);
  }

  private void requireConnected() {
    if (!connected) {
      throw new IllegalStateException("The client is disconnected");
    }
  }
}
