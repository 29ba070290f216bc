package io.lesnode.benchmarks.jmh;

import io.lesnode.benchmarks.report.Numbers;
import java.util.Collection;
import java.util.Locale;
import java.util.StringJoiner;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;

/**
 * A measured benchmark.
 *
 * @param name its short name
 * @param parameters as {@code name=value}, separated by spaces
 * @param value the score
 * @param error half of the 99.9 % confidence interval; not a number for a single iteration
 * @param unit of the score
 * @param bytes allocated by each operation; not a number when it was not measured
 */
record Score(
    String name, String parameters, double value, double error, String unit, double bytes) {

  static Score of(RunResult result) {
    Result<?> primary = result.getPrimaryResult();
    BenchmarkParams params = result.getParams();
    return new Score(
        Suite.shortName(params.getBenchmark()),
        parameters(params),
        primary.getScore(),
        primary.getScoreError(),
        unit(primary.getScoreUnit()),
        bytes(result));
  }

  private static double bytes(RunResult result) {
    for (String key : result.getSecondaryResults().keySet()) {
      if (key.endsWith("gc.alloc.rate.norm")) {
        Result<?> allocated = result.getSecondaryResults().get(key);
        return allocated == null ? Double.NaN : allocated.getScore();
      }
    }
    return Double.NaN;
  }

  static String parameters(BenchmarkParams params) {
    StringJoiner text = new StringJoiner(" ");
    Collection<String> names = params.getParamsKeys();
    for (String name : names) {
      text.add(name + "=" + params.getParam(name));
    }
    return text.toString();
  }

  /** {@code µs} for {@code us/op}. */
  private static String unit(String unit) {
    String time = unit.toLowerCase(Locale.ROOT).replace("us", "µs");
    return time.endsWith("/op") ? time.substring(0, time.length() - 3) : time;
  }

  String valueText() {
    return Numbers.significant(value);
  }

  String errorText() {
    return Double.isFinite(error) ? "± " + Numbers.significant(error) : "";
  }

  /** Bytes an operation, in whole bytes: the fractions are those of the profiler itself. */
  String bytesText() {
    return Numbers.fixed(bytes, 0);
  }
}
