package io.lesnode.vipnode.client;

import io.lesnode.payment.MethodId;
import io.lesnode.vipnode.wire.OfferTerms;
import java.util.List;
import org.apache.tuweni.units.bigints.UInt256;

/**
 * What the user wants and what it may cost. Immutable.
 *
 * @param capacity wanted capacity; 0: as many times the server's smallest as the factor says
 * @param factor see there
 * @param maxPriceWeiPer1e9 the highest price of 1,000,000,000 tokens that is paid
 * @param staySeconds for how long service is bought at once, within what a server is trusted with
 * @param patienceSeconds how long free service is watched before money is spent; no longer than the
 *     server's trial
 * @param maxPaidServers how many servers are paid at a time, those that are worth most
 * @param methods payment methods in the order of preference; none: nothing is bought
 * @param autoDepositWei what may be put on deposit at one server without asking; zero: no
 *     transaction is ever sent by itself
 * @param topUp whether service is bought, and bought again when it runs out, without being told
 */
public record Demand(
    long capacity,
    long factor,
    UInt256 maxPriceWeiPer1e9,
    long staySeconds,
    long patienceSeconds,
    int maxPaidServers,
    List<MethodId> methods,
    UInt256 autoDepositWei,
    boolean topUp) {

  /** About five times what vipnode asked for an hour of one connection (100 gwei a minute). */
  public static final UInt256 DEFAULT_MAX_PRICE = UInt256.valueOf(500_000_000_000L);

  /** Ten times the smallest capacity by cheques, for an hour at a time; no transactions. */
  public static final Demand STANDARD =
      new Demand(
          0, 10, DEFAULT_MAX_PRICE, 3_600, 60, 3, List.of(MethodId.CHEQUE), UInt256.ZERO, true);

  /** Copies the list and checks ranges. */
  public Demand {
    methods = List.copyOf(methods);
    if (capacity < 0
        || factor < 1
        || staySeconds < 1
        || patienceSeconds < 0
        || maxPaidServers < 0) {
      throw new IllegalArgumentException("a demand has no negative numbers");
    }
  }

  /** The capacity that is wanted of a server, as far as it sells that much. */
  long wantedOf(OfferTerms terms) {
    long min = Math.max(1, terms.minCapacity());
    long wanted = capacity > 0 ? capacity : min > Long.MAX_VALUE / factor ? min : min * factor;
    long most = Math.max(min, Math.min(terms.priorityCapacity(), terms.totalCapacity()));
    return Math.max(min, Math.min(wanted, most));
  }
}
