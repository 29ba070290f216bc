package io.lesnode.app.config;

import java.util.Collection;
import java.util.Optional;

/** Finds the name that a mistyped one was probably meant to be. */
public final class NearestName {
  private NearestName() {}

  /**
   * The valid name with the least edit distance, if that is at most a third of the longer name's
   * length, and at least a distance of 2 allowed.
   */
  public static Optional<String> of(String typed, Collection<String> valid) {
    String best = null;
    int bestDistance = Integer.MAX_VALUE;
    for (String name : valid) {
      int distance = distance(typed, name);
      if (distance < bestDistance) {
        bestDistance = distance;
        best = name;
      }
    }
    if (best == null || bestDistance > Math.max(2, Math.max(typed.length(), best.length()) / 3)) {
      return Optional.empty();
    }
    return Optional.of(best);
  }

  /** Levenshtein distance over characters; inputs are cut to 64 characters. */
  static int distance(String first, String second) {
    String a = first.substring(0, Math.min(64, first.length()));
    String b = second.substring(0, Math.min(64, second.length()));
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int substitute = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(substitute, Math.min(row[j], row[j - 1]) + 1);
      }
    }
    return row[b.length()];
  }
}
