package io.lesnode.benchmarks.load;

import io.lesnode.flowcontrol.cost.RequestKind;
import io.lesnode.les.wire.HashOrNumber;
import io.lesnode.les.wire.LesMessage.GetBlockBodies;
import io.lesnode.les.wire.LesMessage.GetBlockHeaders;
import io.lesnode.les.wire.LesMessage.GetProofsV2;
import io.lesnode.les.wire.LesMessage.GetReceipts;
import io.lesnode.les.wire.LesMessage.GetTxStatus;
import io.lesnode.les.wire.LesMessage.ProofQuery;
import io.lesnode.les.wire.LesMessage.Request;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;

/**
 * What load clients ask for: kinds with their amounts and weights. Immutable.
 *
 * <p>Written {@code kind:amount*weight,…}, for example {@code headers:16*3,proofs:4}. Kinds:
 * headers (from a random number), bodies, receipts, proofs (random accounts in the state of the
 * head) and txstatus (random hashes).
 */
public final class RequestMix {

  private record Part(RequestKind kind, int amount, int weight) {}

  private final List<Part> parts;
  private final int totalWeight;

  private RequestMix(List<Part> parts) {
    this.parts = List.copyOf(parts);
    this.totalWeight = parts.stream().mapToInt(Part::weight).sum();
  }

  /**
   * Reads a mix.
   *
   * @throws IllegalArgumentException if it is not written as described
   */
  public static RequestMix parse(String text) {
    List<Part> parts = new ArrayList<>();
    for (String part : text.split(",", -1)) {
      parts.add(part(part.strip()));
    }
    return new RequestMix(parts);
  }

  private static Part part(String text) {
    int colon = text.indexOf(':');
    int star = text.indexOf('*');
    try {
      String name = colon < 0 ? text : text.substring(0, colon);
      int end = star < 0 ? text.length() : star;
      int amount = colon < 0 ? 1 : Integer.parseInt(text.substring(colon + 1, end));
      int weight = star < 0 ? 1 : Integer.parseInt(text.substring(star + 1));
      if (amount > 0 && weight > 0) {
        return new Part(kind(name), amount, weight);
      }
    } catch (NumberFormatException e) {
      throw malformed(text);
    }
    throw malformed(text);
  }

  private static RequestKind kind(String name) {
    return switch (name.toLowerCase(Locale.ROOT)) {
      case "headers" -> RequestKind.HEADERS;
      case "bodies" -> RequestKind.BODIES;
      case "receipts" -> RequestKind.RECEIPTS;
      case "proofs" -> RequestKind.PROOFS;
      case "txstatus" -> RequestKind.TX_STATUS;
      default -> throw malformed(name);
    };
  }

  private static IllegalArgumentException malformed(String text) {
    return new IllegalArgumentException(
        "'" + text + "' is no part of a mix; write for example headers:16*3,proofs:4");
  }

  /** Whether block hashes must be known. */
  boolean needsHashes() {
    return parts.stream()
        .anyMatch(part -> part.kind() == RequestKind.BODIES || part.kind() == RequestKind.RECEIPTS);
  }

  /** A random request. */
  Request next(long requestId, LoadTarget target, SplittableRandom random) {
    int at = random.nextInt(totalWeight);
    for (Part part : parts) {
      at -= part.weight();
      if (at < 0) {
        return request(part, requestId, target, random);
      }
    }
    throw new IllegalStateException("weights do not add up");
  }

  private static Request request(
      Part part, long requestId, LoadTarget target, SplittableRandom random) {
    int amount = part.amount();
    return switch (part.kind()) {
      case HEADERS ->
          new GetBlockHeaders(
              requestId,
              new HashOrNumber.OfNumber(
                  random.nextLong(Math.max(1, target.headNumber() + 2 - amount))),
              amount,
              0,
              false);
      case BODIES -> new GetBlockBodies(requestId, listOf(amount, () -> target.anyHash(random)));
      case RECEIPTS -> new GetReceipts(requestId, listOf(amount, () -> target.anyHash(random)));
      case PROOFS ->
          new GetProofsV2(
              requestId,
              listOf(
                  amount,
                  () -> new ProofQuery(target.headHash(), Bytes.EMPTY, randomHash(random), 0)));
      case TX_STATUS -> new GetTxStatus(requestId, listOf(amount, () -> randomHash(random)));
      case CODE, HELPER_TRIE_PROOFS, SEND_TX ->
          throw new IllegalStateException("not part of any mix: " + part.kind());
    };
  }

  private static Bytes32 randomHash(SplittableRandom random) {
    byte[] bytes = new byte[Bytes32.SIZE];
    random.nextBytes(bytes);
    return Bytes32.wrap(bytes);
  }

  private static <T> List<T> listOf(int amount, Supplier<T> source) {
    List<T> items = new ArrayList<>(amount);
    for (int i = 0; i < amount; i++) {
      items.add(source.get());
    }
    return items;
  }
}
