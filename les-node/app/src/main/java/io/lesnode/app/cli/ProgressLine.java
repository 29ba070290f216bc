package io.lesnode.app.cli;

import io.lesnode.chain.blocks.ImportProgress;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;

/**
 * Shows how far an import is: a bar that is redrawn on a terminal, a line every few seconds
 * elsewhere. Confined to the importing thread.
 */
final class ProgressLine {
  private static final int BAR_WIDTH = 24;
  private static final Duration PLAIN_INTERVAL = Duration.ofSeconds(5);

  private final PrintWriter out;
  private final boolean terminal;
  private Duration lastPlain = Duration.ZERO;
  private int lastLength;

  ProgressLine(PrintWriter out, boolean terminal) {
    this.out = out;
    this.terminal = terminal;
  }

  /** Shows an intermediate state. */
  void show(ImportProgress progress) {
    if (terminal) {
      redraw(bar(progress) + " " + text(progress) + ", " + eta(progress.remaining()));
      return;
    }
    if (progress.elapsed().minus(lastPlain).compareTo(PLAIN_INTERVAL) >= 0) {
      lastPlain = progress.elapsed();
      out.println(percent(progress) + " " + text(progress) + ", " + eta(progress.remaining()));
      out.flush();
    }
  }

  /** Ends the display so that other lines can follow. */
  void end() {
    if (terminal && lastLength > 0) {
      out.println();
      out.flush();
    }
  }

  private void redraw(String line) {
    out.print("\r" + line + " ".repeat(Math.max(0, lastLength - line.length())));
    out.flush();
    lastLength = line.length();
  }

  private static String bar(ImportProgress progress) {
    int filled = (int) (BAR_WIDTH * share(progress));
    return "[" + "#".repeat(filled) + ".".repeat(BAR_WIDTH - filled) + "] " + percent(progress);
  }

  private static String percent(ImportProgress progress) {
    return String.format(Locale.ROOT, "%3d%%", (int) (100 * share(progress)));
  }

  private static double share(ImportProgress progress) {
    return progress.fileBytes() == 0
        ? 1
        : Math.min(1, (double) progress.fileBytesRead() / progress.fileBytes());
  }

  /** For instance {@code block 320, 1234 blocks/s, 56.7 Mgas/s}. */
  static String text(ImportProgress progress) {
    return String.format(
        Locale.ROOT,
        "block %d, %.0f blocks/s, %.1f Mgas/s",
        progress.lastNumber(),
        progress.blocksPerSecond(),
        progress.megagasPerSecond());
  }

  private static String eta(Duration left) {
    long seconds = left.toSeconds();
    return seconds >= 3600
        ? String.format(Locale.ROOT, "%d h %02d min left", seconds / 3600, seconds / 60 % 60)
        : String.format(Locale.ROOT, "%d:%02d left", seconds / 60, seconds % 60);
  }
}
