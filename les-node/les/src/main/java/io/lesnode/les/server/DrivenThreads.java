package io.lesnode.les.server;

import io.lesnode.les.wire.LesMessage;
import io.lesnode.les.wire.LesMessage.Request;

/**
 * Serving threads that exist in the time of a host only: a task is over when the {@link
 * ServingModel} says so. Its items take equal shares of the time, and between two items it stands
 * still or gives up as it would on a thread. Confined to the node loop.
 */
final class DrivenThreads implements ServingThreads {

  private final NodeLoop loop;
  private final ServingModel model;
  private int running;

  DrivenThreads(NodeLoop loop, ServingModel model) {
    this.loop = loop;
    this.model = model;
  }

  @Override
  public void start(ServingTask task, Listener listener) {
    if (task.isGivenUp()) {
      loop.execute(() -> listener.onFinished(task, Served.nothing(0), 0));
      return;
    }
    Work work = new Work(task, listener);
    task.onSignal(work::onSignal);
    work.run();
  }

  @Override
  public void close() {}

  /** One task on its virtual thread. */
  private final class Work {
    private final ServingTask task;
    private final Listener listener;
    private final long totalNanos;

    /** How much more is charged than the thread was taken for, once the task is done. */
    private final long chargedMoreNanos;

    private long chargedNanos;
    private long doneNanos;
    private long runStartNanos;
    private boolean standing;
    private boolean leaving;
    private NodeLoop.Timer next = () -> {};

    Work(ServingTask task, Listener listener) {
      this.task = task;
      this.listener = listener;
      running++;
      long servingNanos = Math.max(1, model.servingNanos(task.request(), running));
      this.totalNanos = Math.max(0, model.occupiedNanos(servingNanos));
      this.chargedMoreNanos = servingNanos - totalNanos;
    }

    private void run() {
      standing = false;
      runStartNanos = loop.nowNanos();
      task.begin(() -> loop.nowNanos() + chargedNanos, nanos -> {});
      next = loop.schedule(totalNanos - doneNanos, this::finish);
    }

    /** The loop wants something that a worker would notice at its next item. */
    private void onSignal() {
      if (standing) {
        if (task.isGivenUp()) {
          standing = false;
          leaving = true;
          running++;
          task.begin(() -> loop.nowNanos() + chargedNanos, nanos -> {});
          loop.execute(() -> end(Served.nothing(0)));
        } else if (!task.isPauseAsked()) {
          running++;
          run();
        }
        return;
      }
      if (leaving || !(task.isGivenUp() || task.isPauseAsked())) {
        return;
      }
      long atNanos = nextItemNanos();
      if (atNanos < totalNanos) {
        leaving = true;
        next.cancel();
        long delayNanos = atNanos - doneNanos - (loop.nowNanos() - runStartNanos);
        next = loop.schedule(delayNanos, this::atItem);
      }
    }

    /** When the item that is being served ends, in serving time. */
    private long nextItemNanos() {
      long servedNanos = doneNanos + loop.nowNanos() - runStartNanos;
      long itemNanos = Math.max(1, totalNanos / Math.max(1, task.request().amount()));
      return (servedNanos / itemNanos + 1) * itemNanos;
    }

    private void atItem() {
      leaving = false;
      if (task.isGivenUp()) {
        leaving = true;
        end(Served.nothing(0));
        return;
      }
      if (!task.isPauseAsked()) {
        next =
            loop.schedule(totalNanos - doneNanos - loop.nowNanos() + runStartNanos, this::finish);
        return;
      }
      long ranNanos = task.end();
      doneNanos += ranNanos;
      standing = true;
      running--;
      listener.onPaused(task, ranNanos);
    }

    private void finish() {
      leaving = true;
      chargedNanos += chargedMoreNanos;
      Request request = task.request();
      end(new Served(replyCode(request), model.body(request), 0));
    }

    private void end(Served served) {
      running--;
      long ranNanos = task.end();
      listener.onFinished(task, served, ranNanos);
    }
  }

  private static int replyCode(Request request) {
    return switch (request.kind()) {
      case HEADERS -> LesMessage.BlockHeaders.CODE;
      case BODIES -> LesMessage.BlockBodies.CODE;
      case RECEIPTS -> LesMessage.Receipts.CODE;
      case CODE -> LesMessage.Code.CODE;
      case PROOFS -> LesMessage.ProofsV2.CODE;
      case HELPER_TRIE_PROOFS -> LesMessage.HelperTrieProofs.CODE;
      case SEND_TX, TX_STATUS -> LesMessage.TxStatus.CODE;
    };
  }
}
