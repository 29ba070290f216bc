package io.lesnode.benchmarks.load;

import io.lesnode.flowcontrol.cost.RequestKind;
import io.lesnode.les.wire.LesLimits;
import java.util.Locale;
import java.util.Optional;

/** What can be asked of a server under load, by the name that mixes are written with. */
public enum LoadKind {
  /** Consecutive headers from a random block on. */
  HEADERS(RequestKind.HEADERS, 192),
  /** Bodies of random blocks. */
  BODIES(RequestKind.BODIES, 32),
  /** Receipts of random blocks. */
  RECEIPTS(RequestKind.RECEIPTS, 32),
  /** Code of contracts. */
  CODE(RequestKind.CODE, 1),
  /** Proofs of accounts in the state of the head. */
  PROOFS(RequestKind.PROOFS, 64),
  /** Proofs of storage slots of contracts in the state of the head. */
  STORAGE(RequestKind.PROOFS, 1),
  /** Proofs of old headers in the canonical hash trie, with the headers. */
  CHT(RequestKind.HELPER_TRIE_PROOFS, 1),
  /** Proofs of bit vectors in the bloom trie. */
  BLOOM(RequestKind.HELPER_TRIE_PROOFS, 1),
  /** Status of transactions. */
  TXSTATUS(RequestKind.TX_STATUS, 1);

  private final RequestKind requestKind;
  private final int usualAmount;

  LoadKind(RequestKind requestKind, int usualAmount) {
    this.requestKind = requestKind;
    this.usualAmount = usualAmount;
  }

  /** The request that it is sent as. */
  public RequestKind requestKind() {
    return requestKind;
  }

  /** How many items are asked for where a mix names none. */
  public int usualAmount() {
    return usualAmount;
  }

  /** The most items that a server answers in one request. */
  public int mostAmount() {
    return LesLimits.maxItems(requestKind);
  }

  /** Its name in a mix. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The kind with a name. */
  static Optional<LoadKind> ofText(String text) {
    for (LoadKind kind : values()) {
      if (kind.text().equals(text)) {
        return Optional.of(kind);
      }
    }
    return Optional.empty();
  }
}
