package io.lesnode.les.wire;

import io.lesnode.flowcontrol.cost.RequestKind;

/**
 * The limits of the LES wire (geth v1.10.26, les/protocol.go, les/server_handler.go, les/peer.go).
 */
public final class LesLimits {

  /** Largest payload of any LES message in bytes; a larger one ends the connection. */
  public static final int MAX_MESSAGE_BYTES = 10 * 1024 * 1024;

  /** Largest size of a Status or announcement list, counted as key + value + 8 per entry. */
  public static final int MAX_KEY_VALUE_BYTES = 100_000;

  /** A reply stops growing once it holds this many bytes. */
  public static final int SOFT_RESPONSE_BYTES = 2 * 1024 * 1024;

  /** Total difficulties with more bits than this end the connection. */
  public static final int MAX_TOTAL_DIFFICULTY_BITS = 100;

  private LesLimits() {}

  /** The most items a request of a kind may ask for. */
  public static int maxItems(RequestKind kind) {
    return switch (kind) {
      case HEADERS -> 192;
      case BODIES -> 32;
      case RECEIPTS -> 128;
      case CODE, PROOFS, HELPER_TRIE_PROOFS, SEND_TX -> 64;
      case TX_STATUS -> 256;
    };
  }
}
