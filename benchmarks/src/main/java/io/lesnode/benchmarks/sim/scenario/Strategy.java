package io.lesnode.benchmarks.sim.scenario;

import org.apache.tuweni.units.bigints.UInt256;

/** How the clients of a group behave; every kind is immutable. */
public sealed interface Strategy {

  /** Whether the server must sell for this. */
  boolean needsVip();

  /** Behaves as the protocol asks and pays nothing. */
  sealed interface Free extends Strategy {
    @Override
    default boolean needsVip() {
      return false;
    }
  }

  /** Keeps to its credit and to Stop and Resume, as the real client does. */
  record Obedient() implements Free {}

  /** Sends without looking at its credit; heeds Stop and Resume. */
  record IgnoreCredit() implements Free {}

  /** Sends without looking at its credit and goes on when it is stopped. */
  record IgnoreStop() implements Free {}

  /**
   * Sends as fast as it can whatever is answered.
   *
   * @param rate of each client, beside which the group's demand means nothing
   */
  record Flood(Rate rate) implements Free {}

  /**
   * Obedient, but reads answers slowly.
   *
   * @param bytesPerSecond how fast, at least 1
   */
  record SlowReader(long bytesPerSecond) implements Free {
    /** Checks the range. */
    public SlowReader {
      if (bytesPerSecond < 1) {
        throw new IllegalArgumentException("a slow reader reads something");
      }
    }
  }

  /**
   * Obedient, but leaves and comes back with another name, to be served as a newcomer.
   *
   * @param stayNanos for how long it keeps a name
   * @param newIdentity whether it comes back with another node key
   * @param newAddress whether it comes back from another network address
   */
  record Freeloader(long stayNanos, boolean newIdentity, boolean newAddress) implements Free {
    /** Checks the range. */
    public Freeloader {
      if (stayNanos < 1_000_000) {
        throw new IllegalArgumentException("a freeloader stays for 1ms at least");
      }
    }
  }

  /** Pays, or may. */
  sealed interface Paying extends Strategy {
    @Override
    default boolean needsVip() {
      return true;
    }
  }

  /**
   * Buys as the real client does: what it wants for as long as its budget reaches.
   *
   * @param budget what it may spend
   * @param capacity what it wants
   * @param maxHourPriceWei the dearest hour at the least capacity that it accepts
   */
  record Buyer(Budget budget, Capacity capacity, UInt256 maxHourPriceWei) implements Paying {}

  /**
   * Buys only while the price is below what the service is worth to it.
   *
   * @param budget what it may spend
   * @param capacity what it wants
   * @param value of an hour at the least capacity
   */
  record PriceSensitive(Budget budget, Capacity capacity, Value value) implements Paying {}

  /**
   * Tries the service first and stays as a buyer if it is satisfied.
   *
   * @param budget what it may spend
   * @param capacity what it wants when it pays
   * @param value of an hour at the least capacity
   * @param convertPercent how many buy after a trial without any flaw
   * @param patienceNanos an answer that takes longer counts as a flaw; half of those who saw flaws
   *     in a tenth of their answers do not buy
   */
  record TrialUser(
      Budget budget, Capacity capacity, Value value, int convertPercent, long patienceNanos)
      implements Paying {
    /** Checks ranges. */
    public TrialUser {
      if (convertPercent < 0 || convertPercent > 100 || patienceNanos < 1) {
        throw new IllegalArgumentException("0 % to 100 % convert, and patience is more than 0s");
      }
    }
  }

  /**
   * Bids for capacity where there is an auction.
   *
   * @param budget what it may spend
   * @param capacity what it wants
   * @param value of an hour at the least capacity
   * @param bidPercent how much of its value it bids; 100: truthful
   */
  record Bidder(Budget budget, Capacity capacity, Value value, int bidPercent) implements Paying {
    /** Checks the range. */
    public Bidder {
      if (bidPercent < 1 || bidPercent > 1_000) {
        throw new IllegalArgumentException("a bid is 1 % to 1,000 % of the value");
      }
    }
  }

  /**
   * Buys tokens early and keeps them.
   *
   * @param budget what it may spend
   * @param hoardNanos how long its tokens should last at the least capacity
   */
  record Hoarder(Budget budget, long hoardNanos) implements Paying {
    /** Checks the range. */
    public Hoarder {
      if (hoardNanos < 1) {
        throw new IllegalArgumentException("a hoard lasts for some time");
      }
    }
  }

  /**
   * Buys tokens when they are cheap and sells them back when they are dear.
   *
   * @param budget what it may spend
   * @param buyBelowPercent of the least price there is
   * @param sellAbovePercent of the least price there is; more than the other
   */
  record Speculator(Budget budget, int buyBelowPercent, int sellAbovePercent) implements Paying {
    /** Checks ranges. */
    public Speculator {
      if (buyBelowPercent < 1 || sellAbovePercent <= buyBelowPercent) {
        throw new IllegalArgumentException("a speculator sells above the price it buys below");
      }
    }
  }

  /**
   * What a client may spend.
   *
   * @param wei in a period
   * @param periodNanos the length of a period
   */
  record Budget(UInt256 wei, long periodNanos) {
    /** Checks ranges. */
    public Budget {
      if (wei.bitLength() > 128 || periodNanos < 1_000_000_000L) {
        throw new IllegalArgumentException(
            "a budget is less than 2^128 wei, and its period 1s at least");
      }
    }
  }

  /**
   * What something is worth to the clients of a group: each draws from a log-normal distribution.
   *
   * @param medianWei half of them have less
   * @param sigmaPermille standard deviation of the logarithm in thousandths, 0: all the same
   */
  record Value(UInt256 medianWei, int sigmaPermille) {
    /** Checks ranges. */
    public Value {
      if (medianWei.bitLength() > 128 || sigmaPermille < 0 || sigmaPermille > 3_000) {
        throw new IllegalArgumentException("a value is less than 2^128 wei, sigma is 0 to 3");
      }
    }
  }
}
