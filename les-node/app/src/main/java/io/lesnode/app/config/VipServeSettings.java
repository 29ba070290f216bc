package io.lesnode.app.config;

import io.lesnode.payment.MethodId;
import io.lesnode.payment.Signer;
import io.lesnode.primitives.Address;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.tuweni.units.bigints.UInt256;

/**
 * How a full node sells priority.
 *
 * @param hourPriceWei what an hour at the least capacity costs at least
 * @param methods how it is paid
 * @param account where it is paid at; empty: nowhere, which only test money can do
 * @param contracts the contract of each method that has one
 * @param trialSeconds the free trial of a network
 * @param trialSharePercent of places and capacity, kept for clients without a balance, so that the
 *     trial is guaranteed; 0: it is not
 * @param maxSharePercent of capacity that paying clients can have
 * @param auction whether capacity is auctioned as well
 * @param expirySeconds tokens fall by the factor e in so many seconds; 0: they keep
 * @param confirmations how deep a deposit must be
 * @param settleSeconds how often settlements are looked for
 * @param settleAtEnd whether everything worth its cost is settled when the node ends
 * @param pool whose clients are served too
 */
public record VipServeSettings(
    UInt256 hourPriceWei,
    Set<MethodId> methods,
    Optional<Signer> account,
    Map<MethodId, Address> contracts,
    long trialSeconds,
    int trialSharePercent,
    int maxSharePercent,
    boolean auction,
    long expirySeconds,
    int confirmations,
    long settleSeconds,
    boolean settleAtEnd,
    Optional<PoolHostSettings> pool) {
  /** Copies the collections. */
  public VipServeSettings {
    methods = Set.copyOf(methods);
    contracts = Map.copyOf(contracts);
  }

  /** A server that is in no pool. */
  public VipServeSettings(
      UInt256 hourPriceWei,
      Set<MethodId> methods,
      Optional<Signer> account,
      Map<MethodId, Address> contracts,
      long trialSeconds,
      int trialSharePercent,
      int maxSharePercent,
      boolean auction,
      long expirySeconds,
      int confirmations,
      long settleSeconds,
      boolean settleAtEnd) {
    this(
        hourPriceWei,
        methods,
        account,
        contracts,
        trialSeconds,
        trialSharePercent,
        maxSharePercent,
        auction,
        expirySeconds,
        confirmations,
        settleSeconds,
        settleAtEnd,
        Optional.empty());
  }

  /** The share of places and capacity that clients without a balance must keep for this. */
  public int freeFloorPercent() {
    return Math.max(trialSharePercent, 100 - maxSharePercent);
  }
}
