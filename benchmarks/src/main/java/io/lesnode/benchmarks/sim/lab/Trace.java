package io.lesnode.benchmarks.sim.lab;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/**
 * Feeds the operations of one recorded trace to the code and compares what comes out; confined to
 * one thread.
 */
sealed interface Trace permits ManagerTrace, EstimateTrace, PoolTrace, CostTrace {

  /** Performs a line. */
  void apply(JsonNode line);

  /** What is known to differ in a line, and why it is so; empty: nothing. */
  default String knownDifference(JsonNode line) {
    return "";
  }

  /** A field of a line that is not what was recorded. */
  final class Difference extends RuntimeException {
    private static final int MOST_LETTERS = 300;

    private final String field;
    private final String expected;
    private final String got;

    Difference(String field, Object expected, Object got) {
      super(field, null, false, false);
      this.field = field;
      this.expected = cut(expected);
      this.got = cut(got);
    }

    private static String cut(Object value) {
      String text = String.valueOf(value);
      return text.length() <= MOST_LETTERS ? text : text.substring(0, MOST_LETTERS) + "…";
    }

    /** For instance {@code bufValue is 12, recorded 13}. */
    String text() {
      return field + " is " + got + ", recorded " + expected;
    }
  }

  /** A value must be the recorded one. */
  static void same(String field, Object recorded, Object is) {
    if (!recorded.equals(is)) {
      throw new Difference(field, recorded, is);
    }
  }

  /** The recorded number as an unsigned long whose largest amount is 2^63 - 1. */
  static long amount(JsonNode value) {
    long unsigned = Long.parseUnsignedLong(value.asText());
    return unsigned < 0 ? Long.MAX_VALUE : unsigned;
  }

  /** A double must be near the recorded one: Go's and Java's log and exp may differ in a bit. */
  static void near(String field, double recorded, double is, double tolerance) {
    if (!(Math.abs(recorded - is) <= tolerance)) {
      throw new Difference(field, recorded, is);
    }
  }

  /** An operation that no trace of this kind has. */
  static IllegalArgumentException unknown(JsonNode line, List<String> known) {
    return new IllegalArgumentException(
        "'"
            + line.path("op").asText()
            + "' is no operation; there are "
            + String.join(", ", known));
  }
}
