package io.lesnode.benchmarks.cli;

import io.lesnode.app.config.NearestName;
import io.lesnode.benchmarks.load.LoadGroup;
import io.lesnode.benchmarks.load.RequestMix;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a group has unless its own text says otherwise.
 *
 * @param ratePerSecond of the whole group, 0 for a closed loop
 */
record GroupFlags(int clients, RequestMix mix, int window, double ratePerSecond, boolean obey) {

  private static final List<String> KEYS =
      List.of("name", "clients", "mix", "rate", "window", "obey");

  /**
   * The group that a text describes: {@code name=…,clients=…,mix=…,rate=…,window=…,obey=…}; a mix
   * may contain commas.
   *
   * @throws IllegalArgumentException if it is not written so
   */
  LoadGroup group(String text) {
    Map<String, String> values = values(text);
    String name = values.get("name");
    if (name == null) {
      throw new IllegalArgumentException("the name is missing; write name=…");
    }
    String mixText = values.get("mix");
    String rateText = values.get("rate");
    return new LoadGroup(
        name,
        number(values, "clients", clients),
        mixText == null ? mix : RequestMix.parse(mixText),
        number(values, "window", window),
        rateText == null ? ratePerSecond : rate(rateText),
        truth(values.getOrDefault("obey", Boolean.toString(obey))));
  }

  private static Map<String, String> values(String text) {
    Map<String, String> values = new LinkedHashMap<>();
    String last = "";
    for (String part : text.split(",", -1)) {
      int equals = part.indexOf('=');
      if (equals < 0 && last.equals("mix")) {
        values.merge("mix", part, (mix, more) -> mix + "," + more);
        continue;
      }
      String key = equals < 0 ? part : part.substring(0, equals).strip();
      if (!KEYS.contains(key) || equals < 0) {
        throw new IllegalArgumentException(
            "'"
                + part
                + "' is not key=value"
                + NearestName.of(key, KEYS).map(n -> "; did you mean " + n + "=?").orElse(""));
      }
      if (values.put(key, part.substring(equals + 1).strip()) != null) {
        throw new IllegalArgumentException(key + " is given twice");
      }
      last = key;
    }
    return values;
  }

  private static int number(Map<String, String> values, String key, int usual) {
    String text = values.get(key);
    if (text == null) {
      return usual;
    }
    if (!text.matches("\\d{1,9}")) {
      throw new IllegalArgumentException(key + "=" + text + " is no number");
    }
    return Integer.parseInt(text);
  }

  private static boolean truth(String text) {
    return switch (text) {
      case "true" -> true;
      case "false" -> false;
      default -> throw new IllegalArgumentException("obey=" + text + " is neither true nor false");
    };
  }

  /**
   * Reads a rate, {@code 500} or {@code 500/s}; 0 means a closed loop.
   *
   * @throws IllegalArgumentException if it is not written so
   */
  static double rate(String text) {
    String digits = text.strip().replaceFirst("/s$", "");
    if (!digits.matches("\\d{1,7}(\\.\\d{1,6})?")) {
      throw new IllegalArgumentException(
          "'" + text + "' is no rate; write requests per second, such as 500/s");
    }
    return Double.parseDouble(digits);
  }
}
