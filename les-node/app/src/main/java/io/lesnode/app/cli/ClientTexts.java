package io.lesnode.app.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.lesnode.app.node.NodeFailure;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** How operators write and read clients. Stateless. */
final class ClientTexts {
  /** How much of an id a table shows; enough to tell clients apart. */
  static final int SHORT_ID = 16;

  private static final int LEAST_PREFIX = 4;

  private ClientTexts() {}

  /**
   * The id that a person means: an id, an enode URL, or the beginning of the id of one connected
   * client.
   *
   * @throws NodeFailure if several connected clients begin so
   */
  static String resolve(IpcCaller node, String typed) {
    String prefix = typed.startsWith("0x") ? typed.substring(2) : typed;
    if (!prefix.matches("[0-9a-fA-F]{" + LEAST_PREFIX + ",63}")) {
      return typed; // the node knows what it is, or says what is wrong
    }
    List<String> found = new ArrayList<>();
    for (Map.Entry<String, JsonNode> client : node.call("les_clientInfo", List.of()).properties()) {
      if (client.getKey().startsWith(prefix.toLowerCase(Locale.ROOT))) {
        found.add(client.getKey());
      }
    }
    if (found.size() == 1) {
      return found.get(0);
    }
    throw new NodeFailure(
        "no client is meant by " + typed,
        found.isEmpty() ? "no connected client's id begins so" : found.size() + " clients do",
        "Give more digits; 'les clients' lists the connected ones, one that is not connected needs"
            + " all 64",
        null);
  }

  /** For instance {@code 3 h 05 min}. */
  static String duration(double seconds) {
    long whole = (long) seconds;
    if (whole < 60) {
      return whole + " s";
    }
    return whole < 3600
        ? whole / 60 + " min " + whole % 60 + " s"
        : String.format(Locale.ROOT, "%d h %02d min", whole / 3600, whole / 60 % 60);
  }

  /** Text from another machine, cut and without what could move a terminal's cursor. */
  static String foreign(String text, int most) {
    String printable = text.replaceAll("[^\\x20-\\x7e]", "?");
    return printable.length() <= most ? printable : printable.substring(0, most - 1) + "~";
  }

  /** Lines with columns as wide as they need to be; numbers to the right. */
  static List<String> table(List<List<String>> rows) {
    int columns = rows.get(0).size();
    int[] widths = new int[columns];
    boolean[] numbers = new boolean[columns];
    for (int c = 0; c < columns; c++) {
      numbers[c] = rows.size() > 1;
      for (int r = 0; r < rows.size(); r++) {
        String cell = rows.get(r).get(c);
        widths[c] = Math.max(widths[c], cell.length());
        numbers[c] &= r == 0 || cell.matches("-?[0-9.]*");
      }
    }
    List<String> lines = new ArrayList<>();
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int c = 0; c < columns; c++) {
        String pad = " ".repeat(widths[c] - row.get(c).length());
        line.append(c == 0 ? "" : "  ").append(numbers[c] ? pad + row.get(c) : row.get(c) + pad);
      }
      lines.add(line.toString().stripTrailing());
    }
    return lines;
  }
}
