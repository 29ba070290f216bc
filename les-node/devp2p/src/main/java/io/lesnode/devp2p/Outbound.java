package io.lesnode.devp2p;

import io.lesnode.devp2p.rlpx.Frame;
import io.netty.channel.ChannelHandlerContext;
import io.netty.util.concurrent.EventExecutor;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.tuweni.bytes.Bytes;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The sending side of a connection: a bounded queue in front of the socket. {@link #offer}, {@link
 * #queue}, {@link #flush} and {@link #writable} may be called from any thread; the rest is confined
 * to the event loop of the channel.
 *
 * <p>What is queued is counted from the offer until the socket has taken it, so work that waits for
 * the event loop and bytes that wait for a slow peer are bounded together.
 */
final class Outbound {
  private static final Logger LOG = LoggerFactory.getLogger(Outbound.class);

  /** What a small message costs besides its payload: frame, promise and queue entries. */
  private static final int OVERHEAD_BYTES = 256;

  /** Small messages that leave together are one buffer of about this size. */
  private static final int BATCH_BYTES = 32 << 10;

  /** Above this much queued, producers should rest. */
  private static final long HIGH_WATER_BYTES = 2 << 20;

  /** Below this much queued, producers may go on. */
  private static final long LOW_WATER_BYTES = 1 << 20;

  private record Message(int code, Bytes payload) {}

  private final ChannelHandlerContext context;
  private final EventExecutor loop;
  private final long limitBytes;
  private final Runnable onWritabilityChanged;
  private final AtomicLong queuedBytes = new AtomicLong();
  private final AtomicBoolean writable = new AtomicBoolean(true);

  private final Queue<Message> waiting = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean writeScheduled = new AtomicBoolean();

  private boolean snappy;

  /** Whether something was written since the last flush. */
  private boolean unflushed;

  private boolean flushScheduled;
  private int unfinishedWrites;

  /** When the oldest unfinished write became the oldest. */
  private long oldestSinceNanos;

  /**
   * Starts with an empty queue and without compression.
   *
   * @param context where frames are written
   * @param limitBytes the most that may be queued
   * @param onWritabilityChanged called on the event loop
   */
  Outbound(ChannelHandlerContext context, long limitBytes, Runnable onWritabilityChanged) {
    this.context = context;
    this.loop = context.executor();
    this.limitBytes = limitBytes;
    this.onWritabilityChanged = onWritabilityChanged;
  }

  /** Compresses all that is written from now on. */
  void enableSnappy() {
    snappy = true;
  }

  /**
   * Queues a message and sees to it that it leaves.
   *
   * @param code code of the connection
   * @return false if the queue is full
   */
  boolean offer(int code, Bytes payload) {
    boolean queued = queue(code, payload);
    flush();
    return queued;
  }

  /**
   * Queues a message that leaves with the next {@link #flush}.
   *
   * @param code code of the connection
   * @return false if the queue is full
   */
  boolean queue(int code, Bytes payload) {
    long size = (long) payload.size() + OVERHEAD_BYTES;
    long queued = queuedBytes.addAndGet(size);
    if (queued > limitBytes) {
      queuedBytes.addAndGet(-size);
      return false;
    }
    if (queued > HIGH_WATER_BYTES && writable.compareAndSet(true, false)) {
      onLoop(onWritabilityChanged);
    }
    waiting.add(new Message(code, payload));
    return true;
  }

  /**
   * Has the event loop write what is queued: one task and one system call for all of it. On the
   * loop itself it is written at once, and the system call follows when the loop has done what it
   * is at.
   */
  void flush() {
    if (loop.inEventLoop()) {
      writeWaiting();
      if (!flushScheduled && unflushed) {
        flushScheduled = true;
        loop.execute(this::flushWritten);
      }
    } else if (!waiting.isEmpty() && writeScheduled.compareAndSet(false, true)) {
      onLoop(
          () -> {
            writeScheduled.set(false); // before looking: what comes now is seen, or comes again
            writeWaiting();
            flushWritten();
          });
    }
  }

  private void onLoop(Runnable task) {
    try {
      loop.execute(task);
    } catch (RejectedExecutionException e) {
      LOG.debug("the server was closed meanwhile");
    }
  }

  /** Whether producers may go on. */
  boolean writable() {
    return writable.get();
  }

  /** Whether the oldest unfinished write has waited for longer than this. */
  boolean stalled(long nowNanos, long limitNanos) {
    return unfinishedWrites > 0 && nowNanos - oldestSinceNanos > limitNanos;
  }

  private void writeWaiting() {
    assert loop.inEventLoop();
    for (Message next = waiting.poll(); next != null; next = waiting.poll()) {
      long batchBytes = 0;
      List<Frame> frames = new ArrayList<>();
      do {
        Bytes payload = next.payload();
        frames.add(new Frame(next.code(), snappy ? Snappy.deflate(payload) : payload));
        batchBytes += payload.size() + OVERHEAD_BYTES;
        next = batchBytes < BATCH_BYTES ? waiting.poll() : null;
      } while (next != null);
      write(frames, batchBytes);
    }
  }

  private void write(List<Frame> frames, long queuedSize) {
    if (unfinishedWrites++ == 0) {
      oldestSinceNanos = loop.ticker().nanoTime();
    }
    unflushed = true;
    context.write(frames).addListener(done -> onWritten(queuedSize));
  }

  private void flushWritten() {
    flushScheduled = false;
    if (unflushed) {
      unflushed = false;
      context.flush();
    }
  }

  private void onWritten(long size) {
    unfinishedWrites--;
    oldestSinceNanos = loop.ticker().nanoTime();
    long queued = queuedBytes.addAndGet(-size);
    if (queued < LOW_WATER_BYTES && writable.compareAndSet(false, true)) {
      onWritabilityChanged.run();
    }
  }
}
