package io.lesnode.vipnode.auction;

import io.lesnode.payment.RefusalCode;
import io.lesnode.vipnode.auction.UnitAuction.Result;
import io.lesnode.vipnode.auction.UnitAuction.Share;
import io.lesnode.vipnode.wire.VipMessage.Award;
import io.lesnode.vipnode.wire.VipMessage.Bid;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.ToLongFunction;
import org.apache.tuweni.bytes.Bytes32;
import org.jspecify.annotations.Nullable;

/**
 * A running auction of a server's capacity. Confined to its owner's thread; pure: time goes in,
 * awards come out.
 *
 * <p>A bid stays until it is replaced or revoked, its time is over, or its client has no tokens
 * left. Whatever changes is cleared together, at most every 2 s ({@link
 * AuctionSettings#clearingIntervalNanos}); the owner calls {@link #poll} when {@link #nextDeadline}
 * is due and sends each award, with the change of capacity and of the client's price that goes with
 * it, and {@link #withdraw} when a client's tokens are used up. To change a bid costs one second of
 * what the client pays at the time, so that the clearings that one causes are not free.
 *
 * <p>Bids are sealed: an award tells a client its own units, its own price, and one price of
 * others.
 */
public final class Auction {
  private static final long NANOS_PER_SECOND = 1_000_000_000;
  private static final long NANOS_PER_MILLI = 1_000_000;

  /** What became of a bid. */
  public sealed interface BidOutcome {}

  /** It stands; the fee in tokens is to be taken from the client's balance now. */
  public record Accepted(long feeTokens) implements BidOutcome {}

  /** It does not, and the bid of before stands; the text says why. */
  public record Refused(RefusalCode code, String text) implements BidOutcome {}

  /**
   * What a clearing changed for a client.
   *
   * @param client its node id
   * @param before what it had
   * @param award what it has now, to be sent
   */
  public record Change(Bytes32 client, Share before, Award award) {}

  /** A bid with what the auction must know of it beside the prices. */
  private record Placed(StandingBid bid, long untilSeconds) {}

  /** What a client had before a cut, and until when it may use it. */
  private record Tolerance(long units, long untilNanos) {}

  private final AuctionSettings settings;
  private final Map<Bytes32, Placed> bids = new LinkedHashMap<>();
  private final Map<Bytes32, Long> serials = new HashMap<>();
  private final Map<Bytes32, List<Tolerance>> tolerances = new HashMap<>();

  /** Clients that are told at the next clearing even if nothing changed for them: they bid. */
  private final Map<Bytes32, Long> asked = new LinkedHashMap<>();

  private long units;
  private long reservePrice;
  private long nextAge = 1;
  private long sequence;
  private boolean isDirty;
  private @Nullable Long clearedNanos;
  private Result result = new Result(Map.of(), List.of());

  /**
   * An auction without bids.
   *
   * @param units how many units there are
   * @param reservePrice the least a unit costs, tokens per second
   */
  public Auction(AuctionSettings settings, long units, long reservePrice) {
    this.settings = settings;
    this.units = requireUnits(units);
    this.reservePrice = requireUnits(reservePrice);
  }

  /** There are more or fewer units, or the reserve price is another. */
  public void supply(long newUnits, long newReservePrice) {
    isDirty |= newUnits != units || newReservePrice != reservePrice;
    units = requireUnits(newUnits);
    reservePrice = requireUnits(newReservePrice);
  }

  /**
   * A client bids; a bid for no units revokes.
   *
   * @param nowSeconds Unix time, for the bid's end
   */
  public BidOutcome place(Bytes32 client, Bid bid, long nowSeconds) {
    Refused refused = check(client, bid, nowSeconds);
    if (refused != null) {
      return refused;
    }
    long fee = result.share(client).payPerSecond();
    serials.put(client, bid.bidSerial());
    StandingBid standing =
        StandingBid.within(client, nextAge++, bid.unitPrices(), bid.budgetPerSecond());
    if (standing.unitPrices().isEmpty()) {
      bids.remove(client);
    } else {
      bids.put(client, new Placed(standing, bid.untilSeconds()));
    }
    asked.put(client, bid.requestId());
    isDirty = true;
    return new Accepted(fee);
  }

  private @Nullable Refused check(Bytes32 client, Bid bid, long nowSeconds) {
    if (bid.bidSerial() <= serials.getOrDefault(client, -1L)) {
      return new Refused(
          RefusalCode.STALE, "the bid's serial must be above " + serials.get(client));
    }
    if (bid.unitPrices().size() > settings.maxUnitsPerBid()) {
      return new Refused(
          RefusalCode.OVER_LIMIT, "bid for at most " + settings.maxUnitsPerBid() + " units");
    }
    long before = Long.MAX_VALUE / (settings.maxUnitsPerBid() + 1L);
    for (long price : bid.unitPrices()) {
      if (price < 1 || price > before) {
        return new Refused(
            RefusalCode.MALFORMED, "unit prices must be positive, must not rise and not be absurd");
      }
      before = price;
    }
    if (!bid.unitPrices().isEmpty() && bid.untilSeconds() <= nowSeconds) {
      return new Refused(RefusalCode.EXPIRED, "the bid's time is over; give a later one");
    }
    if (!bid.unitPrices().isEmpty() && !bids.containsKey(client) && isFull()) {
      return new Refused(RefusalCode.OVER_LIMIT, "too many clients bid already; try again later");
    }
    return null;
  }

  private boolean isFull() {
    return bids.size() >= settings.maxBids();
  }

  /**
   * A client left or may bid no more: its bid is gone at the next clearing, and its serials begin
   * anew, so that nothing is kept of clients that come once.
   */
  public void withdraw(Bytes32 client) {
    isDirty |= bids.remove(client) != null;
    asked.remove(client);
    serials.remove(client);
  }

  /**
   * When {@link #poll} should be called next; empty when nothing is to be done.
   *
   * @param nowNanos monotonic time
   * @param nowSeconds Unix time
   */
  public OptionalLong nextDeadline(long nowNanos, long nowSeconds) {
    if (isDirty) {
      return OptionalLong.of(clearedNanos == null ? nowNanos : earliestClearing(clearedNanos));
    }
    OptionalLong firstEnd = bids.values().stream().mapToLong(Placed::untilSeconds).min();
    return firstEnd.isEmpty()
        ? firstEnd
        : OptionalLong.of(
            nowNanos + secondsUntil(firstEnd.getAsLong(), nowSeconds) * NANOS_PER_SECOND);
  }

  /**
   * Clears if something changed and the last clearing is long enough ago.
   *
   * @param tokensOf the tokens of a client: with none left its bid is dropped
   * @return what changed, and an award for each client that bid since
   */
  public List<Change> poll(long nowNanos, long nowSeconds, ToLongFunction<Bytes32> tokensOf) {
    isDirty |=
        bids.values()
            .removeIf(
                placed ->
                    placed.untilSeconds() <= nowSeconds
                        || tokensOf.applyAsLong(placed.bid().client()) <= 0);
    boolean isEarly = clearedNanos != null && nowNanos - earliestClearing(clearedNanos) < 0;
    if (!isDirty || isEarly) {
      return List.of();
    }
    isDirty = false;
    clearedNanos = nowNanos;
    sequence++;
    Result before = result;
    result =
        UnitAuction.clear(bids.values().stream().map(Placed::bid).toList(), units, reservePrice);
    tolerances.values().forEach(list -> list.removeIf(old -> old.untilNanos() - nowNanos <= 0));
    tolerances.values().removeIf(List::isEmpty);
    Set<Bytes32> concerned = new LinkedHashSet<>(asked.keySet());
    concerned.addAll(before.shares().keySet());
    concerned.addAll(result.shares().keySet());
    List<Change> changes =
        concerned.stream()
            .filter(
                client ->
                    asked.containsKey(client) || !before.share(client).equals(result.share(client)))
            .map(client -> change(client, before.share(client), nowNanos))
            .toList();
    asked.clear();
    return changes;
  }

  private Change change(Bytes32 client, Share before, long nowNanos) {
    Share now = result.share(client);
    boolean isCut = now.units() < before.units();
    if (isCut) {
      tolerances
          .computeIfAbsent(client, key -> new ArrayList<>())
          .add(new Tolerance(before.units(), nowNanos + settings.toleranceNanos()));
    }
    Award award =
        new Award(
            asked.getOrDefault(client, 0L),
            sequence,
            now.units(),
            now.payPerSecond(),
            result.nextLoserPrice(client, reservePrice),
            isCut ? settings.toleranceNanos() / NANOS_PER_MILLI : 0);
    return new Change(client, before, award);
  }

  /** What a client has won. */
  public Share share(Bytes32 client) {
    return result.share(client);
  }

  /**
   * As how many units' client it is to be judged: those that it has won, and for the tolerance
   * after a cut those of before.
   */
  public long toleratedUnits(Bytes32 client, long nowNanos) {
    long most = result.share(client).units();
    for (Tolerance tolerance : tolerances.getOrDefault(client, List.of())) {
      if (tolerance.untilNanos() - nowNanos > 0) {
        most = Math.max(most, tolerance.units());
      }
    }
    return most;
  }

  /** How many units there are. */
  public long units() {
    return units;
  }

  /** The least a unit costs, tokens per second. */
  public long reservePrice() {
    return reservePrice;
  }

  private long earliestClearing(long lastNanos) {
    return lastNanos + settings.clearingIntervalNanos();
  }

  private static long secondsUntil(long untilSeconds, long nowSeconds) {
    return Math.clamp(untilSeconds - nowSeconds, 0, 1_000_000_000);
  }

  private static long requireUnits(long value) {
    if (value < 0) {
      throw new IllegalArgumentException("units and reserve prices are not negative");
    }
    return value;
  }
}
