package io.lesnode.chain.blocks;

import java.time.Duration;

/**
 * How far an import is.
 *
 * @param importedBlocks executed or stored in this run
 * @param knownBlocks skipped because they were here before
 * @param gasUsed by the imported blocks
 * @param lastNumber the height of the last block handled
 * @param fileBytesRead how much of the file is done
 * @param fileBytes the size of the file
 * @param elapsed since the import began
 */
public record ImportProgress(
    long importedBlocks,
    long knownBlocks,
    long gasUsed,
    long lastNumber,
    long fileBytesRead,
    long fileBytes,
    Duration elapsed) {
  /** Returns the blocks per second of this run. */
  public double blocksPerSecond() {
    return importedBlocks / seconds();
  }

  /** Returns the millions of gas per second of this run. */
  public double megagasPerSecond() {
    return gasUsed / 1e6 / seconds();
  }

  /** Returns how long the rest will take at the rate so far, judged by bytes of the file. */
  public Duration remaining() {
    if (fileBytesRead == 0) {
      return Duration.ZERO;
    }
    double left = (double) Math.max(0, fileBytes - fileBytesRead) / fileBytesRead;
    return Duration.ofMillis((long) (elapsed.toMillis() * left));
  }

  private double seconds() {
    return Math.max(1, elapsed.toMillis()) / 1e3;
  }
}
