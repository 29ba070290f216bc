package io.lesnode.devp2p;

import io.lesnode.devp2p.rlpx.Frame;
import io.netty.channel.ChannelHandlerContext;
import io.netty.util.concurrent.EventExecutor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.tuweni.bytes.Bytes;

/**
 * The sending side of a connection: a bounded queue in front of the socket. {@link #offer} and
 * {@link #writable} may be called from any thread; the rest is confined to the event loop of the
 * channel.
 *
 * <p>What is queued is counted from the offer until the socket has taken it, so work that waits for
 * the event loop and bytes that wait for a slow peer are bounded together.
 */
final class Outbound {
  /** What a small message costs besides its payload: frame, promise and queue entries. */
  private static final int OVERHEAD_BYTES = 256;

  /** Above this much queued, producers should rest. */
  private static final long HIGH_WATER_BYTES = 2 << 20;

  /** Below this much queued, producers may go on. */
  private static final long LOW_WATER_BYTES = 1 << 20;

  private final ChannelHandlerContext context;
  private final EventExecutor loop;
  private final long limitBytes;
  private final Runnable onWritabilityChanged;
  private final AtomicLong queuedBytes = new AtomicLong();
  private final AtomicBoolean writable = new AtomicBoolean(true);

  private boolean snappy;
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
   * Queues a message.
   *
   * @param code code of the connection
   * @return false if the queue is full
   */
  boolean offer(int code, Bytes payload) {
    long size = (long) payload.size() + OVERHEAD_BYTES;
    long queued = queuedBytes.addAndGet(size);
    if (queued > limitBytes) {
      queuedBytes.addAndGet(-size);
      return false;
    }
    if (queued > HIGH_WATER_BYTES && writable.compareAndSet(true, false)) {
      loop.execute(onWritabilityChanged);
    }
    if (loop.inEventLoop()) {
      write(code, payload, size);
      return true;
    }
    try {
      loop.execute(() -> write(code, payload, size));
      return true;
    } catch (RejectedExecutionException e) {
      return false; // the server was closed meanwhile
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

  private void write(int code, Bytes payload, long size) {
    assert loop.inEventLoop();
    if (unfinishedWrites++ == 0) {
      oldestSinceNanos = loop.ticker().nanoTime();
    }
    Frame frame = new Frame(code, snappy ? Snappy.deflate(payload) : payload);
    context.write(frame).addListener(done -> onWritten(size));
    if (!flushScheduled) {
      flushScheduled = true;
      loop.execute(this::flush); // after what is queued already: one system call for all of it
    }
  }

  private void flush() {
    flushScheduled = false;
    context.flush();
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
