package io.lesnode.vipnode.client;

import io.lesnode.payment.EtherUnits;
import java.util.Locale;
import java.util.Map;
import org.apache.tuweni.units.bigints.UInt256;

/**
 * What a user is ready to spend. Immutable.
 *
 * @param amountWei at most this in any span of time as long as the period; fees of transactions
 *     count too
 * @param periodSeconds the period, above 0
 * @param perServerWei of it at most this to one server
 * @param maxPrepayWei at most this is paid ahead to one server: what can be lost to a thief
 */
public record BudgetRules(
    UInt256 amountWei, long periodSeconds, UInt256 perServerWei, UInt256 maxPrepayWei) {
  private static final Map<String, Long> UNITS =
      Map.of("s", 1L, "min", 60L, "h", 3_600L, "d", 86_400L, "w", 604_800L, "m", 60L);
  private static final long MAX_PERIOD_SECONDS = 3_660L * 86_400;

  /** Nothing may be spent. */
  public static final BudgetRules NOTHING =
      new BudgetRules(UInt256.ZERO, 86_400, UInt256.ZERO, UInt256.ZERO);

  /** Checks the period. */
  public BudgetRules {
    if (periodSeconds < 1 || periodSeconds > MAX_PERIOD_SECONDS) {
      throw new IllegalArgumentException(
          "a budget is for a second to ten years, not for " + periodSeconds + " s");
    }
  }

  /** An amount for a period, all of which one server may get, a tenth of it ahead. */
  public static BudgetRules of(UInt256 amountWei, long periodSeconds) {
    return new BudgetRules(
        amountWei, periodSeconds, amountWei, amountWei.divide(UInt256.valueOf(10)));
  }

  /**
   * Reads an amount per time, as {@code 0.01ether/30d} or {@code 100gwei/h}; time units are s, min,
   * h, d and w.
   *
   * @throws IllegalArgumentException if it is none; the text says what is wrong
   */
  public static BudgetRules parse(String text) {
    int slash = text.indexOf('/');
    if (slash < 0) {
      throw new IllegalArgumentException(
          "'" + text + "' is no budget: give an amount per time, such as 0.01ether/30d");
    }
    UInt256 amount = EtherUnits.parseAmount(text.substring(0, slash));
    return of(amount, seconds(text, text.substring(slash + 1).strip().toLowerCase(Locale.ROOT)));
  }

  private static long seconds(String text, String time) {
    int end = 0;
    while (end < time.length() && Character.digit(time.charAt(end), 10) >= 0) {
      end++;
    }
    Long unit = UNITS.get(time.substring(end).strip());
    if (unit == null || end > 9) {
      throw new IllegalArgumentException(
          "'" + text + "' is no budget: the time is a number with s, min, h, d or w, such as 30d");
    }
    return (end == 0 ? 1 : Long.parseLong(time.substring(0, end))) * unit;
  }

  /** For a person: {@code 0.01 ether per 30 d}. */
  public String text() {
    return EtherUnits.format(amountWei) + " per " + time(periodSeconds);
  }

  private static String time(long seconds) {
    if (seconds % 86_400 == 0) {
      return seconds / 86_400 + " d";
    }
    if (seconds % 3_600 == 0) {
      return seconds / 3_600 + " h";
    }
    return seconds % 60 == 0 ? seconds / 60 + " min" : seconds + " s";
  }
}
