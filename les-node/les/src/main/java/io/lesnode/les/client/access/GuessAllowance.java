package io.lesnode.les.client.access;

import java.util.concurrent.TimeUnit;

/**
 * How often we may ask a server for code or storage of an account that turns out not to exist. geth
 * counts each such question as invalid, forgives one an hour, and disconnects above twenty ({@code
 * les/peer.go}, bumpInvalid); so when the allowance is used up, an account is proven before
 * anything that belongs to it is asked for. Thread-safe.
 */
public final class GuessAllowance {
  private static final int MOST = 10;
  private static final long REGAIN_NANOS = TimeUnit.HOURS.toNanos(1);

  private int left = MOST;
  private long countedNanos;

  /** A full allowance. */
  public GuessAllowance(long nowNanos) {
    countedNanos = nowNanos;
  }

  /** How many wrong guesses can be afforded now. */
  public synchronized int left(long nowNanos) {
    long regained = (nowNanos - countedNanos) / REGAIN_NANOS;
    if (regained > 0) {
      countedNanos += regained * REGAIN_NANOS;
      left = (int) Math.min(MOST, left + regained);
    }
    return left;
  }

  /** A guess was wrong so many times. */
  public synchronized void wrong(int times) {
    left = Math.max(0, left - times);
  }
}
