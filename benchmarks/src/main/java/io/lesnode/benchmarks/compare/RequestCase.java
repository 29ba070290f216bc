package io.lesnode.benchmarks.compare;

import java.util.Locale;
import java.util.OptionalLong;

/** The requests that are compared. */
public enum RequestCase {
  HEADER("1 header", "headers", "headers:1", 25, false),
  HEADERS("192 headers", "headers", "headers:192", 300, false),
  BODY("1 body", "bodies", "bodies:1", 25, false),
  BODIES("32 bodies", "bodies", "bodies:32", 250, false),
  RECEIPT("1 block's receipts", "receipts", "receipts:1", 0, false),
  RECEIPTS("32 blocks' receipts", "receipts", "receipts:32", 400, false),
  CODE("1 code", "code", "code:1", 25, false),
  PROOF("1 account proof", "proofs", "proofs:1", 25, false),
  PROOFS("64 account proofs", "proofs", "proofs:64", 500, false),
  STORAGE("1 storage proof", "storage", "storage:1", 25, false),
  STATUS("1 transaction status", "txstatus", "txstatus:1", 25, false),
  CHT("CHT proof and header", "cht", "cht:1", 40, true),
  BLOOM("bloom-trie proof", "bloom", "bloom:1", 0, true);

  private final String title;
  private final String kind;
  private final String mix;
  private final long barMicros;
  private final boolean needsHelperTries;

  RequestCase(String title, String kind, String mix, long barMicros, boolean needsHelperTries) {
    this.title = title;
    this.kind = kind;
    this.mix = mix;
    this.barMicros = barMicros;
    this.needsHelperTries = needsHelperTries;
  }

  String title() {
    return title;
  }

  /** As {@code --only} names it, together with others of its kind. */
  public String kind() {
    return kind;
  }

  /** As the load generator names it. */
  String mix() {
    return mix;
  }

  /** The most processor time of the server that one may take, if something is demanded. */
  OptionalLong barMicros() {
    return barMicros == 0 ? OptionalLong.empty() : OptionalLong.of(barMicros);
  }

  /** Whether it can only be asked on a chain with a finished section. */
  boolean needsHelperTries() {
    return needsHelperTries;
  }

  /** Whether it is asked when there is little time: what differs most, and one small item. */
  boolean isQuick() {
    return switch (this) {
      case HEADER, HEADERS, BODIES, RECEIPTS, PROOFS, STATUS, CHT -> true;
      case BODY, RECEIPT, CODE, PROOF, STORAGE, BLOOM -> false;
    };
  }

  /** A name for keys of clients and for files. */
  String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
