package io.lesnode.benchmarks.jmh;

/** A pattern that names no benchmark; the message is for the person who typed it. */
public final class UnknownBenchmarkException extends Exception {
  /** With the message. */
  public UnknownBenchmarkException(String message) {
    super(message);
  }
}
