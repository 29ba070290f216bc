package io.lesnode.benchmarks.load;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * What load clients ask for: shapes of requests with their weights. Immutable.
 *
 * <p>Written as the name of a mix, or as {@code kind:amount*weight,…}, for example {@code
 * headers:16*3,proofs:4}. Kinds are those of {@link LoadKind}; a kind alone stands for its usual
 * amount. Named mixes: {@code mainnet}, what geth takes for a typical client's requests (the
 * reference basket of its value tracker, les/protocol.go of v1.10.26); {@code single}, each kind
 * with one item; {@code batch}, each kind with many items, but no more than the credit of a free
 * client at geth allows. Of a named mix the parts that a chain has no data for are left out.
 */
public final class RequestMix {

  private static final int MOST_PARTS = 32;
  private static final int MOST_WEIGHT = 1_000_000;

  private static final Map<String, String> NAMED =
      Map.of(
          "mainnet",
          "headers:101*10,bodies:1*1,receipts:1*1,code:1*1,proofs:1*5,storage:1*5,cht:11*10,"
              + "txstatus:1*10",
          "single",
          "headers:1,bodies:1,receipts:1,code:1,proofs:1,storage:1,cht:1,bloom:1,txstatus:1",
          "batch",
          "headers:192,bodies:32,receipts:32,code:16,proofs:64,storage:64,cht:32,bloom:32,"
              + "txstatus:64");

  /**
   * A shape and how often it comes relative to the others.
   *
   * @param weight at least one
   */
  public record Part(RequestShape shape, int weight) {}

  private final String text;
  private final boolean named;
  private final List<Part> parts;

  private RequestMix(String text, boolean named, List<Part> parts) {
    this.text = text;
    this.named = named;
    this.parts = List.copyOf(parts);
  }

  /**
   * Reads a mix.
   *
   * @throws IllegalArgumentException if it is not written as described
   */
  public static RequestMix parse(String text) {
    String named = NAMED.get(text.strip());
    Map<RequestShape, Integer> weights = new LinkedHashMap<>();
    for (String part : (named == null ? text : named).split(",", -1)) {
      Part read = part(part.strip());
      weights.merge(read.shape(), read.weight(), Integer::sum);
    }
    if (weights.size() > MOST_PARTS) {
      throw new IllegalArgumentException("a mix has at most " + MOST_PARTS + " parts");
    }
    List<Part> parts = new ArrayList<>();
    weights.forEach((shape, weight) -> parts.add(new Part(shape, weight)));
    return new RequestMix(text.strip(), named != null, parts);
  }

  /** A mix of one shape only. */
  public static RequestMix of(RequestShape shape) {
    return new RequestMix(shape.toString(), false, List.of(new Part(shape, 1)));
  }

  private static Part part(String text) {
    int star = text.indexOf('*');
    String left = star < 0 ? text : text.substring(0, star);
    int weight = star < 0 ? 1 : number(text, text.substring(star + 1), MOST_WEIGHT);
    int colon = left.indexOf(':');
    String name = colon < 0 ? left : left.substring(0, colon);
    LoadKind kind = LoadKind.ofText(name).orElseThrow(() -> malformed(text));
    int amount =
        colon < 0 ? kind.usualAmount() : number(text, left.substring(colon + 1), Integer.MAX_VALUE);
    return new Part(new RequestShape(kind, amount), weight);
  }

  private static int number(String part, String digits, int most) {
    try {
      int number = Integer.parseInt(digits);
      if (number > 0 && number <= most) {
        return number;
      }
    } catch (NumberFormatException e) {
      throw malformed(part);
    }
    throw malformed(part);
  }

  private static IllegalArgumentException malformed(String text) {
    String kinds =
        Arrays.stream(LoadKind.values()).map(LoadKind::text).collect(Collectors.joining(", "));
    return new IllegalArgumentException(
        "'"
            + text
            + "' is no mix; write mainnet, single, batch, or for example headers:16*3,proofs:4"
            + " (kinds: "
            + kinds
            + ")");
  }

  /** Its parts in the order in which they were written. */
  public List<Part> parts() {
    return parts;
  }

  /** Whether parts may be left out where a chain has no data for them. */
  boolean mayBeTrimmed() {
    return named;
  }

  /** The mix of the parts that pass. */
  RequestMix only(Predicate<RequestShape> passes) {
    return new RequestMix(
        text, named, parts.stream().filter(part -> passes.test(part.shape())).toList());
  }

  /** As it was written. */
  @Override
  public String toString() {
    return text;
  }
}
