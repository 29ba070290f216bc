package io.lesnode.les.server;

import io.lesnode.flowcontrol.cost.RequestKind;
import io.lesnode.les.wire.LesLimits;
import java.util.Arrays;
import java.util.Optional;

/**
 * What to measure: one kind of request for randomly chosen items.
 *
 * <p>geth's {@code les_benchmark} knows an amount for headers, CHT and bloom proofs only and asks
 * for one item otherwise; here every type takes one, which the fit of a cost per item needs.
 *
 * @param type what to ask for
 * @param amount how many items each request asks for
 * @param skip headers only: how many blocks to leave out between two headers
 * @param byHash headers only: whether the first header is named by its hash
 * @param reverse headers only: whether numbers fall
 */
public record BenchmarkSetup(Type type, int amount, int skip, boolean byHash, boolean reverse) {

  /** geth's types of measurement. */
  public enum Type {
    /** Headers of a random stretch of the chain. */
    HEADER("header", RequestKind.HEADERS),
    /** Bodies of random blocks. */
    BODY("body", RequestKind.BODIES),
    /** Receipts of random blocks. */
    RECEIPTS("receipts", RequestKind.RECEIPTS),
    /** Account proofs of random keys in the state of the head. */
    PROOF("proof", RequestKind.PROOFS),
    /** Codes in the state of the head. */
    CODE("code", RequestKind.CODE),
    /** Headers of random old blocks, proven by the canonical hash trie. */
    CHT("cht", RequestKind.HELPER_TRIE_PROOFS),
    /** Bits of random sections, proven by the bloom trie. */
    BLOOM("bloom", RequestKind.HELPER_TRIE_PROOFS),
    /** Random transactions of 16 KiB that no pool keeps. */
    TX_SEND("txSend", RequestKind.SEND_TX),
    /** The status of random transactions. */
    TX_STATUS("txStatus", RequestKind.TX_STATUS);

    private final String text;
    private final RequestKind kind;

    Type(String text, RequestKind kind) {
      this.text = text;
      this.kind = kind;
    }

    /** geth's name. */
    public String text() {
      return text;
    }

    /** The request that is sent. */
    public RequestKind kind() {
      return kind;
    }

    /** The type with a name of geth's. */
    public static Optional<Type> ofText(String text) {
      return Arrays.stream(values()).filter(type -> type.text.equals(text)).findFirst();
    }
  }

  /**
   * Checks the ranges.
   *
   * @throws IllegalArgumentException if no server would answer such a request
   */
  public BenchmarkSetup {
    int most = LesLimits.maxItems(type.kind());
    if (amount < 1 || amount > most) {
      throw new IllegalArgumentException(
          "amount of " + type.text() + " must be from 1 to " + most + ", not " + amount);
    }
    if (skip < 0) {
      throw new IllegalArgumentException("skip must not be negative, not " + skip);
    }
  }

  /** geth's defaults: one item, and every second header. */
  public static BenchmarkSetup of(Type type) {
    return ofAmount(type, 1);
  }

  /** geth's defaults with another amount. */
  public static BenchmarkSetup ofAmount(Type type, int amount) {
    return new BenchmarkSetup(type, amount, 1, false, false);
  }
}
