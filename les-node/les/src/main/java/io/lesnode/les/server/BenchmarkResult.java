package io.lesnode.les.server;

/** What a measurement brought. */
public sealed interface BenchmarkResult {

  /**
   * It was measured.
   *
   * @param totalCount how many requests
   * @param avgTimeNanos how long one takes on average: decoding, serving and encoding the reply
   * @param maxInSizeBytes the largest payload of a request
   * @param maxOutSizeBytes the largest payload of a reply
   */
  record Measured(long totalCount, long avgTimeNanos, int maxInSizeBytes, int maxOutSizeBytes)
      implements BenchmarkResult {}

  /** It cannot be measured, in geth's words where it has some. */
  record Failed(String error) implements BenchmarkResult {}
}
