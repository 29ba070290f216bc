package io.lesnode.flowcontrol.cost;

import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/**
 * The maximum cost of each kind of request, as a server promises it to a client (MRC). Immutable; a
 * table received from a peer may lack kinds.
 */
public final class CostTable {

  /** Encoded transactions over this many bytes each are counted by size by clients. */
  private static final long TX_SIZE_LIMIT_BYTES = 0x4000;

  private final EnumMap<RequestKind, RequestCost> costs;

  /** A table of these costs. */
  public CostTable(Map<RequestKind, RequestCost> costs) {
    this.costs = new EnumMap<>(RequestKind.class);
    this.costs.putAll(costs);
  }

  /** The cost of a kind, if the table has it. */
  public Optional<RequestCost> cost(RequestKind kind) {
    return Optional.ofNullable(costs.get(kind));
  }

  /** Whether every kind of request has a cost. */
  public boolean isComplete() {
    return costs.size() == RequestKind.all().size();
  }

  /**
   * The most that {@code amount} items can cost, at most the buffer limit.
   *
   * <p>Differs from geth, whose server charges costs over the limit and so can never accept them
   * (48 or more receipts or helper trie proofs, 192 or more transaction statuses at the default
   * capacity), while its client clips them (CostVectorsTest.clipsToTheBufferLimit).
   *
   * @throws IllegalArgumentException if the table has no cost for the kind
   */
  public long maxCost(RequestKind kind, long amount, long bufferLimit) {
    RequestCost cost = costs.get(kind);
    if (cost == null) {
      throw new IllegalArgumentException("The cost table has no " + kind);
    }
    return Math.min(cost.of(amount), bufferLimit);
  }

  /**
   * What a client must reckon for relaying transactions: by count or by size, whichever is more, at
   * most the buffer limit.
   */
  public long sendTxCost(int count, long sizeBytes, long bufferLimit) {
    RequestCost cost = costs.get(RequestKind.SEND_TX);
    if (cost == null) {
      throw new IllegalArgumentException("The cost table has no " + RequestKind.SEND_TX);
    }
    long bySize = cost.base() + cost.perItem() * sizeBytes / TX_SIZE_LIMIT_BYTES;
    return Math.min(Math.max(cost.of(count), bySize), bufferLimit);
  }

  /** A table in which the given kinds replace these, as a parameter update does. */
  public CostTable with(Map<RequestKind, RequestCost> updates) {
    CostTable next = new CostTable(costs);
    next.costs.putAll(updates);
    return next;
  }

  /** The costs by kind; a copy. */
  public Map<RequestKind, RequestCost> asMap() {
    return new EnumMap<>(costs);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof CostTable that && costs.equals(that.costs);
  }

  @Override
  public int hashCode() {
    return costs.hashCode();
  }

  @Override
  public String toString() {
    return "CostTable" + costs;
  }
}
