package io.lesnode.chain.blocks;

import java.io.Serial;
import java.nio.file.Path;

/**
 * A chain file that cannot be used. The message names the file, the byte where it broke (of the
 * inflated stream) and what to do.
 */
public final class ChainFileException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1L;

  private final long offsetBytes;

  ChainFileException(Path file, long offsetBytes, String message) {
    super(file + ": " + message);
    this.offsetBytes = offsetBytes;
  }

  ChainFileException(Path file, long offsetBytes, String message, Throwable cause) {
    super(file + ": " + message, cause);
    this.offsetBytes = offsetBytes;
  }

  /** Returns where in the inflated stream the trouble begins. */
  public long offsetBytes() {
    return offsetBytes;
  }
}
