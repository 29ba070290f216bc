package io.lesnode.benchmarks.jmh;

import io.lesnode.app.config.NearestName;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.openjdk.jmh.runner.BenchmarkList;
import org.openjdk.jmh.runner.BenchmarkListEntry;

/**
 * The benchmarks of this module, as the annotation processor of JMH listed them in the jar or the
 * class folder. A benchmark is called {@code subject.Class.method} without what all names have in
 * common: {@code crypto.Keccak.node}.
 */
public final class Suite {
  private static final String ROOT = "io.lesnode.benchmarks.";
  private static final int MOST_SUGGESTIONS = 3;

  /**
   * A benchmark.
   *
   * @param name the short name
   * @param method the full name that JMH knows
   * @param modes how many modes of JMH it is measured in
   * @param parameters its parameters with the values that are measured
   */
  public record Entry(String name, String method, int modes, Map<String, List<String>> parameters) {
    /** Copies the map. */
    public Entry {
      parameters = Collections.unmodifiableMap(new TreeMap<>(parameters));
    }

    /** The same in one more mode. */
    Entry inOneMoreMode() {
      return new Entry(name, method, modes + 1, parameters);
    }
  }

  private final List<Entry> entries;

  private Suite(List<Entry> entries) {
    this.entries = entries;
  }

  /** Reads the list from the class path. */
  public static Suite read() {
    try (InputStream in =
        Suite.class.getResourceAsStream("/" + BenchmarkList.BENCHMARK_LIST.substring(1))) {
      if (in == null) {
        return new Suite(List.of());
      }
      Map<String, Entry> byName = new TreeMap<>();
      for (BenchmarkListEntry listed : BenchmarkList.readBenchmarkList(in)) {
        Entry entry = entry(listed);
        byName.merge(entry.name(), entry, (known, again) -> known.inOneMoreMode());
      }
      return new Suite(List.copyOf(byName.values()));
    } catch (IOException broken) {
      throw new IllegalStateException("The list of benchmarks cannot be read", broken);
    }
  }

  private static Entry entry(BenchmarkListEntry listed) {
    Map<String, List<String>> parameters = new TreeMap<>();
    if (listed.getParams().hasValue()) {
      listed.getParams().get().forEach((name, values) -> parameters.put(name, List.of(values)));
    }
    return new Entry(shortName(listed.getUsername()), listed.getUsername(), 1, parameters);
  }

  /** {@code crypto.Keccak.node} for {@code io.lesnode.benchmarks.crypto.KeccakBenchmark.node}. */
  static String shortName(String method) {
    String inside = method.startsWith(ROOT) ? method.substring(ROOT.length()) : method;
    return inside.replace("Benchmark.", ".");
  }

  /** All benchmarks by name. */
  public List<Entry> entries() {
    return entries;
  }

  /**
   * Those that a pattern names: a regular expression, found anywhere in the short name, upper and
   * lower case alike.
   *
   * @throws UnknownBenchmarkException when the pattern is none or names nothing
   */
  public List<Entry> matching(String pattern) throws UnknownBenchmarkException {
    Pattern wanted = compiled(pattern);
    List<Entry> found =
        entries.stream()
            .filter(e -> wanted.matcher(e.name()).find() || wanted.matcher(e.method()).find())
            .toList();
    if (found.isEmpty()) {
      throw new UnknownBenchmarkException(
          "no benchmark matches '" + pattern + "'" + suggestion(pattern));
    }
    return found;
  }

  private static Pattern compiled(String pattern) throws UnknownBenchmarkException {
    try {
      return Pattern.compile(pattern, Pattern.CASE_INSENSITIVE);
    } catch (PatternSyntaxException wrong) {
      String where = wrong.getIndex() < 0 ? "" : " at character " + (wrong.getIndex() + 1);
      throw new UnknownBenchmarkException(
          "'" + pattern + "' is not a regular expression: " + wrong.getDescription() + where);
    }
  }

  /** The nearest names: of subjects, classes, methods and whole names. */
  private String suggestion(String pattern) {
    List<String> near = new ArrayList<>();
    Collection<String> words = new TreeSet<>();
    for (Entry entry : entries) {
      words.add(entry.name());
      words.addAll(Arrays.asList(entry.name().split("\\.", -1)));
    }
    while (near.size() < MOST_SUGGESTIONS) {
      Optional<String> next = NearestName.of(pattern, words);
      if (next.isEmpty()) {
        break;
      }
      near.add(next.get());
      words.remove(next.get());
    }
    return near.isEmpty()
        ? "; les bench jmh --list shows all " + entries.size()
        : "; did you mean " + String.join(", ", near) + "?";
  }
}
