package io.lesnode.vipnode.pool;

import io.lesnode.vipnode.wire.VipMessage.Usage;
import java.math.BigInteger;
import java.util.Optional;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;
import org.jspecify.annotations.Nullable;

/**
 * One client at one host: the grant in force and what both say of its interval. Confined to its
 * {@link PoolMachine}.
 *
 * <p>An interval is named by the end of its grant, which client, host and pool all know: a
 * statement for it counts once, and never for another.
 */
final class Pairing {
  /** Clocks of members may differ by this much. */
  static final long CLOCK_SECONDS = 5;

  final Bytes32 client;
  final Bytes clientOwner;
  final Bytes32 host;
  final long capacity;
  final TokenPrice price;
  long untilSeconds;
  long settledToSeconds;
  boolean settling;
  boolean leaving;
  @Nullable Usage byHost;
  @Nullable Usage byClient;

  Pairing(
      Bytes32 client,
      Bytes clientOwner,
      Bytes32 host,
      long capacity,
      TokenPrice price,
      long untilSeconds) {
    this.client = client;
    this.clientOwner = clientOwner;
    this.host = host;
    this.capacity = capacity;
    this.price = price;
    this.untilSeconds = untilSeconds;
  }

  /** Client and host of a pairing. */
  record Key(Bytes32 client, Bytes32 host) {}

  Key key() {
    return new Key(client, host);
  }

  /** The most that an interval can cost with the fee: what the client must have for it. */
  BigInteger worth(PoolRules rules) {
    return worth(price, capacity, rules);
  }

  static BigInteger worth(TokenPrice price, long capacity, PoolRules rules) {
    long seconds = rules.grantSeconds();
    BigInteger amount =
        price.amountWei(TokenPrice.tokens(capacity, seconds)).toUnsignedBigInteger();
    return amount.add(fee(amount, rules));
  }

  static BigInteger fee(BigInteger amountWei, PoolRules rules) {
    return amountWei
        .multiply(BigInteger.valueOf(rules.feePerMille()))
        .divide(BigInteger.valueOf(1_000));
  }

  /** Why a statement cannot be about this interval, whoever signed it. */
  Optional<String> objection(Usage usage, PoolRules rules, long nowSeconds) {
    long length = rules.grantSeconds();
    long began = untilSeconds - length;
    if (usage.epoch() != untilSeconds) {
      return Optional.of(
          "it is about the grant until "
              + usage.epoch()
              + ", the present one is until "
              + untilSeconds);
    }
    if (usage.fromSeconds() > usage.toSeconds()
        || usage.fromSeconds() < began - rules.graceSeconds() - CLOCK_SECONDS
        || usage.fromSeconds() < settledToSeconds
        || usage.toSeconds() > Math.min(untilSeconds, nowSeconds) + CLOCK_SECONDS) {
      return Optional.of(
          "its time from "
              + usage.fromSeconds()
              + " to "
              + usage.toSeconds()
              + " is not within the grant's, "
              + began
              + " to "
              + untilSeconds);
    }
    if (usage.tokens() < 0 || usage.tokens() > TokenPrice.tokens(capacity, length)) {
      return Optional.of(
          usage.tokens() + " tokens are more than the capacity allows in the interval");
    }
    if (usage.amountWei().compareTo(price.amountWei(usage.tokens())) > 0) {
      return Optional.of("its amount is above the host's price");
    }
    return Optional.empty();
  }

  /** Whether both sides said the same. */
  static boolean agree(Usage one, Usage other) {
    return one.tokens() == other.tokens()
        && one.amountWei().equals(other.amountWei())
        && one.fromSeconds() == other.fromSeconds()
        && one.toSeconds() == other.toSeconds();
  }

  static UInt256 lower(UInt256 one, UInt256 other) {
    return one.compareTo(other) <= 0 ? one : other;
  }
}
