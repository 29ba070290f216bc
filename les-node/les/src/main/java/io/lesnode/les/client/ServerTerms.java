package io.lesnode.les.client;

import io.lesnode.chain.index.RegisteredCheckpoint;
import io.lesnode.flowcontrol.cost.RequestCost;
import io.lesnode.flowcontrol.cost.RequestKind;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/**
 * What a server offers and under which credit terms, as told by its Status. Immutable.
 *
 * @param version the LES version in use
 * @param head the head it claimed in Status
 * @param chainSince first block whose body and receipts it serves
 * @param recentChain how many recent blocks it serves, 0 for all
 * @param stateSince first block whose state it serves
 * @param recentState how many recent states it serves, 0 for all
 * @param recentTxLookup 0 if it indexes all transactions, 1 for none, N + 1 for the last N blocks
 * @param bufferLimit credit limit (BL) in cost units
 * @param minRecharge recharge (MRR) in cost units per millisecond
 * @param costs what each kind of request costs at most (MRC); empty if it only announces heads
 * @param checkpoint what it says is registered with the oracle; not verified
 */
record ServerTerms(
    int version,
    AnnouncedHead head,
    long chainSince,
    long recentChain,
    long stateSince,
    long recentState,
    long recentTxLookup,
    long bufferLimit,
    long minRecharge,
    Map<RequestKind, RequestCost> costs,
    Optional<RegisteredCheckpoint> checkpoint) {

  /** geth lets a server fall behind by this many blocks before a range counts as left. */
  private static final long RANGE_MARGIN_BLOCKS = 4;

  ServerTerms {
    costs = Map.copyOf(costs);
  }

  /** Whether a server with this head should have the body and receipts of a block. */
  boolean servesChainAt(long number, long headNumber) {
    return serves(number, headNumber, chainSince, recentChain);
  }

  /** Whether a server with this head should have the state of a block. */
  boolean servesStateAt(long number, long headNumber) {
    return serves(number, headNumber, stateSince, recentState);
  }

  /** Whether it can look up transactions at all. */
  boolean indexesTransactions() {
    return recentTxLookup != 1;
  }

  /** First block in its index of transactions when our head is at this height. */
  long indexedSince(long headNumber) {
    return recentTxLookup == 0 ? 0 : Math.max(0, headNumber - (recentTxLookup - 1) + 1);
  }

  /** Whether it answers no requests; only a trusted server of an ultra light client may do so. */
  boolean announceOnly() {
    return costs.isEmpty();
  }

  /** The same terms with another cost table. */
  ServerTerms withCosts(Map<RequestKind, RequestCost> newCosts) {
    EnumMap<RequestKind, RequestCost> merged = new EnumMap<>(RequestKind.class);
    merged.putAll(costs);
    merged.putAll(newCosts);
    return new ServerTerms(
        version,
        head,
        chainSince,
        recentChain,
        stateSince,
        recentState,
        recentTxLookup,
        bufferLimit,
        minRecharge,
        merged,
        checkpoint);
  }

  private static boolean serves(long number, long headNumber, long since, long recent) {
    return headNumber >= number
        && number >= since
        && (recent == 0
            || recent > Long.MAX_VALUE - number - RANGE_MARGIN_BLOCKS
            || number + recent + RANGE_MARGIN_BLOCKS > headNumber);
  }
}
