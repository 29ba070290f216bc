package io.lesnode.benchmarks.sim.scenario;

import io.lesnode.flowcontrol.cost.RequestKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What clients ask for: kinds with amounts and weights; immutable. Written {@code
 * kind:amount*weight,…}, for example {@code headers:16*3,proofs:4}, as the load generator has it.
 *
 * @param parts in the order of the text; at least one
 */
public record Mix(List<Part> parts) {
  private static final int MAX_PARTS = 32;
  private static final int MAX_WEIGHT = 1_000_000;
  private static final Map<String, RequestKind> KINDS =
      new TreeMap<>(
          Map.of(
              "headers", RequestKind.HEADERS,
              "bodies", RequestKind.BODIES,
              "receipts", RequestKind.RECEIPTS,
              "code", RequestKind.CODE,
              "proofs", RequestKind.PROOFS,
              "helpers", RequestKind.HELPER_TRIE_PROOFS,
              "sendtx", RequestKind.SEND_TX,
              "txstatus", RequestKind.TX_STATUS));

  /**
   * One kind of request.
   *
   * @param kind what
   * @param amount how many items, at least 1 and at most what a server answers
   * @param weight how often among the others
   */
  public record Part(RequestKind kind, int amount, int weight) {}

  /** Copies the list. */
  public Mix {
    parts = List.copyOf(parts);
    if (parts.isEmpty() || parts.size() > MAX_PARTS) {
      throw new IllegalArgumentException("a mix has 1 to " + MAX_PARTS + " parts");
    }
  }

  /** The sum of the weights. */
  public int totalWeight() {
    return parts.stream().mapToInt(Part::weight).sum();
  }

  /**
   * Reads a mix.
   *
   * @throws IllegalArgumentException with one sentence, if it is not written as described
   */
  public static Mix parse(String text) {
    List<Part> parts = new ArrayList<>();
    for (String part : text.split(",", MAX_PARTS + 2)) {
      parts.add(part(part.strip()));
    }
    return new Mix(parts);
  }

  private static Part part(String text) {
    int star = text.indexOf('*');
    String item = star < 0 ? text : text.substring(0, star);
    int colon = item.indexOf(':');
    String name = (colon < 0 ? item : item.substring(0, colon)).strip().toLowerCase(Locale.ROOT);
    RequestKind kind = KINDS.get(name);
    if (kind == null) {
      throw new IllegalArgumentException(
          "'" + name + "' is no kind of request; there are " + String.join(", ", KINDS.keySet()));
    }
    int amount = colon < 0 ? 1 : number(item.substring(colon + 1), most(kind), text);
    int weight = star < 0 ? 1 : number(text.substring(star + 1), MAX_WEIGHT, text);
    return new Part(kind, amount, weight);
  }

  private static int number(String text, int most, String part) {
    try {
      int number = Integer.parseInt(text.strip());
      if (number >= 1 && number <= most) {
        return number;
      }
    } catch (NumberFormatException e) {
      throw malformed(part, most);
    }
    throw malformed(part, most);
  }

  private static IllegalArgumentException malformed(String part, int most) {
    return new IllegalArgumentException(
        "'"
            + part
            + "' is no part of a mix (numbers there are 1 to "
            + most
            + "); write for example headers:16*3,proofs:4");
  }

  /** The most items of a request that a server answers (geth v1.10.26, les/server_requests.go). */
  private static int most(RequestKind kind) {
    return switch (kind) {
      case HEADERS -> 192;
      case BODIES -> 32;
      case RECEIPTS -> 128;
      case CODE, PROOFS, HELPER_TRIE_PROOFS, SEND_TX -> 64;
      case TX_STATUS -> 256;
    };
  }

  /** The word for a kind of request in mixes and results. */
  public static String word(RequestKind kind) {
    return KINDS.entrySet().stream()
        .filter(entry -> entry.getValue() == kind)
        .map(Map.Entry::getKey)
        .findFirst()
        .orElseThrow();
  }

  /** The kind of a word, if it is one. */
  static Optional<RequestKind> kind(String word) {
    return Optional.ofNullable(KINDS.get(word));
  }

  /** As it is written in files. */
  @Override
  public String toString() {
    return parts.stream()
        .map(part -> word(part.kind()) + ":" + part.amount() + "*" + part.weight())
        .collect(Collectors.joining(","));
  }
}
