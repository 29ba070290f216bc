package io.lesnode.les.client.logs;

import java.util.function.Consumer;

/**
 * How much a search may find, and who hears of it.
 *
 * @param maxLogs a search that finds more fails
 * @param onProgress called on the searching thread now and then
 */
public record LogLimits(int maxLogs, Consumer<LogProgress> onProgress) {

  /** Some hundred MB of JSON at most; geth has no limit. */
  public static final LogLimits STANDARD = new LogLimits(100_000, progress -> {});

  public LogLimits {
    if (maxLogs < 1) {
      throw new IllegalArgumentException("a search may find one log at least, not " + maxLogs);
    }
  }
}
