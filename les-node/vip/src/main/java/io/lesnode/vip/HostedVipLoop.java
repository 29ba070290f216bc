package io.lesnode.vip;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * A ledger loop that a host drives. What is executed at one moment of the host is one turn, so that
 * the books are written as often as there are moments with something to write. A bug is thrown at
 * the host. Confined to the host's thread.
 */
final class HostedVipLoop implements VipLoop {
  private final VipHost host;
  private final Runnable afterTurn;
  private final Deque<Runnable> waiting = new ArrayDeque<>();
  private boolean started;
  private boolean turnIsDue;
  private boolean closed;

  HostedVipLoop(VipHost host, Runnable afterTurn) {
    this.host = host;
    this.afterTurn = afterTurn;
  }

  @Override
  public void start() {
    started = true;
    if (!waiting.isEmpty()) {
      planTurn();
    }
  }

  @Override
  public void execute(Runnable task) {
    if (closed) {
      return;
    }
    waiting.add(task);
    if (started && !turnIsDue) {
      planTurn();
    }
  }

  private void planTurn() {
    turnIsDue = true;
    host.schedule(
        0,
        () -> {
          turnIsDue = false;
          turn();
        });
  }

  /** What a turn gives rise to waits for the next one, except with {@link #catchUp}. */
  private void turn() {
    if (closed) {
      return;
    }
    for (int left = waiting.size(); left > 0; left--) {
      waiting.remove().run();
    }
    afterTurn.run();
  }

  @Override
  public void schedule(long delayNanos, Runnable task) {
    host.schedule(delayNanos, () -> execute(task));
  }

  @Override
  public void catchUp() {
    do {
      turn();
    } while (!waiting.isEmpty());
  }

  @Override
  public long nowNanos() {
    return host.nowNanos();
  }

  @Override
  public void close() {
    catchUp();
    closed = true;
  }
}
