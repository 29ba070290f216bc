package io.lesnode.benchmarks.sim.lab;

import java.io.PrintWriter;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Shows how far runs are: a bar that is redrawn on a terminal, a line every few seconds elsewhere.
 * Called by several threads.
 */
public final class RunProgress {
  private static final int WIDTH = 24;
  private static final long PLAIN_NANOS = 5_000_000_000L;
  private static final long REDRAW_NANOS = 200_000_000L;
  private static final double SECOND_NANOS = 1e9;

  private final PrintWriter out;
  private final boolean isTerminal;
  private final AtomicBoolean isCancelled = new AtomicBoolean();
  private final long startNanos = System.nanoTime();
  private long shownNanos = startNanos;
  private int lastLength;

  /**
   * Shows on a writer.
   *
   * @param isTerminal whether a line may be redrawn
   */
  public RunProgress(PrintWriter out, boolean isTerminal) {
    this.out = out;
    this.isTerminal = isTerminal;
  }

  /** Asks all runs to end. */
  public void cancel() {
    isCancelled.set(true);
  }

  /** Whether runs were asked to end. */
  public boolean isCancelled() {
    return isCancelled.get();
  }

  /**
   * Something has come so far.
   *
   * @param done a share from 0 to 1
   * @param what in words
   * @return whether to go on
   */
  synchronized boolean show(double done, String what) {
    long now = System.nanoTime();
    if (now - shownNanos >= (isTerminal ? REDRAW_NANOS : PLAIN_NANOS)) {
      shownNanos = now;
      String line = line(done, what, (now - startNanos) / SECOND_NANOS);
      if (isTerminal) {
        out.print("\r" + line + " ".repeat(Math.max(0, lastLength - line.length())));
        lastLength = line.length();
      } else {
        out.println(line);
      }
      out.flush();
    }
    return !isCancelled.get();
  }

  /** Ends the display so that other lines can follow. */
  public synchronized void end() {
    if (isTerminal && lastLength > 0) {
      out.print("\r" + " ".repeat(lastLength) + "\r");
      out.flush();
      lastLength = 0;
    }
  }

  /** For instance {@code [######..] 75 % 45m of 1h, 1200000 events/s, 0:12 left}. */
  static String line(double done, String what, double elapsedSeconds) {
    double share = Math.clamp(done, 0, 1);
    int filled = (int) (WIDTH * share);
    String bar = "#".repeat(filled) + ".".repeat(WIDTH - filled);
    String left = share > 0.001 ? left(elapsedSeconds / share * (1 - share)) : "";
    return String.format(Locale.ROOT, "[%s] %3d %% %s%s", bar, (int) (100 * share), what, left);
  }

  private static String left(double seconds) {
    long whole = (long) seconds;
    return String.format(Locale.ROOT, ", %d:%02d left", whole / 60, whole % 60);
  }
}
