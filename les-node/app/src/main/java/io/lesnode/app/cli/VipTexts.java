package io.lesnode.app.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.lesnode.payment.EtherUnits;
import io.lesnode.payment.ledger.Asset;
import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** How the answers of {@code vip_} methods are shown to people. Stateless. */
final class VipTexts {
  /** Names whose values are wei. */
  private static final Set<String> WEI =
      Set.of(
          "amount",
          "perServer",
          "maxPrepay",
          "spent",
          "left",
          "money",
          "payable",
          "prepayLimit",
          "prepay",
          "paid",
          "price",
          "pricePer1e9Tokens",
          "maxPricePer1e9Tokens",
          "autoDeposit",
          "earned",
          "owed",
          "fee",
          "fees",
          "credit",
          "claim",
          "uncashed",
          "hourPrice",
          "balance");

  /** Names whose values are Unix seconds. */
  private static final Set<String> TIMES = Set.of("time", "until", "from");

  private static final int SHORT_ID = 16;
  private static final int MOST_TEXT = 120;

  private VipTexts() {}

  /** An object as lines of names and values; objects and lists in it are indented. */
  static List<String> lines(JsonNode object) {
    List<String> lines = new ArrayList<>();
    add(object, "", lines);
    return lines;
  }

  private static void add(JsonNode object, String indent, List<String> lines) {
    int width =
        object.properties().stream()
            .filter(field -> !field.getValue().isContainerNode())
            .mapToInt(field -> field.getKey().length())
            .max()
            .orElse(0);
    for (Map.Entry<String, JsonNode> field : object.properties()) {
      JsonNode value = field.getValue();
      String name = field.getKey();
      if (value.isObject()) {
        lines.add(indent + name + ":");
        add(value, indent + "  ", lines);
      } else if (value.isArray() && !value.isEmpty() && value.get(0).isObject()) {
        lines.add(indent + name + ":");
        table(value).forEach(row -> lines.add(indent + "  " + row));
      } else {
        lines.add(indent + name + " ".repeat(width - name.length()) + "  " + cell(object, name));
      }
    }
  }

  /** A list of objects as a table; what is nested in them is left out. */
  static List<String> table(JsonNode list) {
    Set<String> columns = new LinkedHashSet<>();
    for (JsonNode item : list) {
      for (Map.Entry<String, JsonNode> field : item.properties()) {
        if (!field.getValue().isObject()) {
          columns.add(field.getKey());
        }
      }
    }
    List<List<String>> rows = new ArrayList<>();
    rows.add(columns.stream().map(VipTexts::title).toList());
    for (JsonNode item : list) {
      rows.add(columns.stream().map(name -> cell(item, name)).toList());
    }
    return ClientTexts.table(rows);
  }

  /** {@code pendingPayments} as PENDING PAYMENTS. */
  private static String title(String name) {
    return name.replaceAll("([a-z0-9])([A-Z])", "$1 $2").toUpperCase(Locale.ROOT);
  }

  private static String cell(JsonNode row, String name) {
    JsonNode value = row.path(name);
    if (value.isMissingNode() || value.isNull()) {
      return "-";
    }
    if (value.isArray()) {
      List<String> items = new ArrayList<>();
      value.forEach(item -> items.add(item.asText()));
      return ClientTexts.foreign(String.join(",", items), MOST_TEXT);
    }
    String text = value.asText();
    // an event of the books counts wei or tokens
    boolean isTokens = row.path("asset").asText().equals(Asset.TOKEN.text());
    boolean isWei = !isTokens && (WEI.contains(name) || name.contains("Wei"));
    if (isWei && text.matches("-?[0-9]{1,78}")) {
      return EtherUnits.format(new BigInteger(text));
    }
    if (name.equals("millis") && value.canConvertToLong()) {
      return Instant.ofEpochMilli(value.asLong()).toString();
    }
    if (TIMES.contains(name) && value.canConvertToLong()) {
      return Instant.ofEpochSecond(value.asLong()).toString();
    }
    if (text.matches("[0-9a-f]{64}")) {
      return text.substring(0, SHORT_ID);
    }
    return ClientTexts.foreign(text, MOST_TEXT);
  }

  /** A list of objects as comma-separated values, as RFC 4180 has them; values as they are. */
  static List<String> csv(JsonNode list) {
    Set<String> columns = new LinkedHashSet<>();
    list.forEach(item -> item.fieldNames().forEachRemaining(columns::add));
    List<String> lines = new ArrayList<>();
    lines.add(String.join(",", columns));
    for (JsonNode item : list) {
      lines.add(String.join(",", columns.stream().map(name -> quoted(item.path(name))).toList()));
    }
    return lines;
  }

  private static String quoted(JsonNode value) {
    String text = value.isContainerNode() ? value.toString() : value.asText("");
    // a leading sign of a formula would be run by a spreadsheet
    String safe = text.matches("^[=+@\\t\\r].*") ? "'" + text : text;
    return safe.matches("[^\",\\r\\n]*") ? safe : '"' + safe.replace("\"", "\"\"") + '"';
  }
}
