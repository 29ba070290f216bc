package io.lesnode.vipnode.auction;

import java.util.ArrayList;
import java.util.List;
import org.apache.tuweni.bytes.Bytes32;

/**
 * A bid that stands.
 *
 * @param client node id of the bidder
 * @param age rises with every bid that is placed: of equal prices the older bid wins
 * @param unitPrices tokens per second for the first, second … unit; positive, never rising
 */
public record StandingBid(Bytes32 client, long age, List<Long> unitPrices) {
  /** Copies and checks the prices. */
  public StandingBid {
    unitPrices = List.copyOf(unitPrices);
    long before = Long.MAX_VALUE;
    for (long price : unitPrices) {
      if (price < 1 || price > before) {
        throw new IllegalArgumentException("unit prices must be positive and must not rise");
      }
      before = price;
    }
  }

  /**
   * A bid for as many units as a budget pays for at the bid prices: so whatever is won, it costs no
   * more than the budget.
   */
  public static StandingBid within(
      Bytes32 client, long age, List<Long> unitPrices, long budgetPerSecond) {
    List<Long> affordable = new ArrayList<>();
    long left = budgetPerSecond;
    for (long price : unitPrices) {
      if (price > left) {
        break;
      }
      affordable.add(price);
      left -= price;
    }
    return new StandingBid(client, age, affordable);
  }
}
