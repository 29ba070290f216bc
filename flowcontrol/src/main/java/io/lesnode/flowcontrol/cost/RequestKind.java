package io.lesnode.flowcontrol.cost;

import java.util.List;
import java.util.Optional;

/**
 * The eight LES requests that cost credit, with the estimates that cost tables are built from.
 *
 * <p>Time estimates are nanoseconds of one serving thread; sizes are bytes of a message. The
 * figures are those every geth server uses (geth v1.10.26, les/costtracker.go); they are part of
 * the compatibility surface because light clients size their batches by them.
 */
@SuppressWarnings("ImmutableEnumChecker") // RequestCost is a record of two longs
public enum RequestKind {
  /** GetBlockHeaders. */
  HEADERS(0x02, per(150_000, 30_000), per(40, 0), per(0, 556), 192),
  /** GetBlockBodies. */
  BODIES(0x04, per(0, 700_000), per(0, 40), per(0, 100_000), 1),
  /** GetReceipts. */
  RECEIPTS(0x06, per(0, 1_000_000), per(0, 40), per(0, 200_000), 1),
  /** GetCode. */
  CODE(0x0a, per(0, 450_000), per(0, 80), per(0, 50_000), 1),
  /** GetProofsV2. */
  PROOFS(0x0f, per(0, 600_000), per(0, 80), per(0, 4_000), 1),
  /** GetHelperTrieProofs. */
  HELPER_TRIE_PROOFS(0x11, per(0, 1_000_000), per(0, 20), per(0, 4_000), 16),
  /** SendTxV2. */
  SEND_TX(0x13, per(0, 450_000), per(0, 16_500), per(0, 100), 8),
  /** GetTxStatus. */
  TX_STATUS(0x14, per(0, 250_000), per(0, 50), per(0, 100), 64);

  private static final List<RequestKind> ALL = List.of(values());

  private final int code;
  private final RequestCost averageTimeNanos;
  private final RequestCost maxInSizeBytes;
  private final RequestCost maxOutSizeBytes;
  private final long minBufferAmount;

  RequestKind(
      int code,
      RequestCost averageTimeNanos,
      RequestCost maxInSizeBytes,
      RequestCost maxOutSizeBytes,
      long minBufferAmount) {
    this.code = code;
    this.averageTimeNanos = averageTimeNanos;
    this.maxInSizeBytes = maxInSizeBytes;
    this.maxOutSizeBytes = maxOutSizeBytes;
    this.minBufferAmount = minBufferAmount;
  }

  private static RequestCost per(long base, long perItem) {
    return new RequestCost(base, perItem);
  }

  /** The message code of the request, the key under which cost tables travel. */
  public int code() {
    return code;
  }

  /** Average serving time in nanoseconds. */
  public RequestCost averageTimeNanos() {
    return averageTimeNanos;
  }

  /** Largest expected size of the request in bytes. */
  public RequestCost maxInSizeBytes() {
    return maxInSizeBytes;
  }

  /** Largest expected size of the reply in bytes. */
  public RequestCost maxOutSizeBytes() {
    return maxOutSizeBytes;
  }

  /** How many items of this kind must fit into the smallest buffer, three times over. */
  public long minBufferAmount() {
    return minBufferAmount;
  }

  /** All kinds in the order of their codes. */
  public static List<RequestKind> all() {
    return ALL;
  }

  /** The kind with a message code, if that code is a request that costs credit. */
  public static Optional<RequestKind> ofCode(long code) {
    return ALL.stream().filter(kind -> kind.code == code).findFirst();
  }
}
