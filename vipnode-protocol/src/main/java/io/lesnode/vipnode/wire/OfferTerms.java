package io.lesnode.vipnode.wire;

import java.util.List;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;

/**
 * What a server offers, in the order of the wire. Times are Unix seconds, capacities LES minimum
 * recharge values (bytes of flow control credit per millisecond times 1,000, geth's unit), prices
 * wei per 1,000,000,000 tokens.
 *
 * @param seq rises with every offer of this server
 * @param fromSeconds from when it holds
 * @param untilSeconds until when it holds
 * @param currency in what is paid, {@code eth}
 * @param tokenPriceWeiPer1e9 the price of a few tokens now
 * @param basePriceWeiPer1e9 the curve's base price
 * @param soldTokens tokens on the curve now, A
 * @param tokenLimit the curve's limit, L
 * @param factors what service costs in tokens
 * @param minCapacity what a free client gets and the smallest that can be had
 * @param freeCapacity capacity that is not in use by paying clients
 * @param totalCapacity all there is
 * @param priorityCapacity what paying clients may take at most
 * @param trialLeftSeconds free service that is left, a hint
 * @param trialGuaranteedSeconds free service that is promised
 * @param expirySeconds the time constant of tokens' expiry; 0: they keep
 * @param auctionUnit the capacity of one unit of the auction; 0: there is no auction
 * @param methods the numbers of the payment methods
 * @param pools node ids of the pools that the server takes grants from
 */
public record OfferTerms(
    long seq,
    long fromSeconds,
    long untilSeconds,
    String currency,
    UInt256 tokenPriceWeiPer1e9,
    UInt256 basePriceWeiPer1e9,
    long soldTokens,
    long tokenLimit,
    Factors factors,
    long minCapacity,
    long freeCapacity,
    long totalCapacity,
    long priorityCapacity,
    long trialLeftSeconds,
    long trialGuaranteedSeconds,
    long expirySeconds,
    long auctionUnit,
    List<Integer> methods,
    List<Bytes32> pools) {

  /** Copies the lists. */
  public OfferTerms {
    methods = List.copyOf(methods);
    pools = List.copyOf(pools);
  }

  /**
   * What service costs, in millionths of tokens: geth's price factors without floating point.
   *
   * @param timeMicro per nanosecond of connection
   * @param capacityMicro per nanosecond of connection and 1,000,000 of capacity
   * @param requestMicro per unit of request cost
   */
  public record Factors(long timeMicro, long capacityMicro, long requestMicro) {
    /** geth's defaults: capacity and requests are paid for, at one token. */
    public static final Factors DEFAULT = new Factors(0, 1_000_000, 1_000_000);
  }
}
