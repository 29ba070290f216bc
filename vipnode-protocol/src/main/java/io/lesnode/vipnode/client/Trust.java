package io.lesnode.vipnode.client;

import org.apache.tuweni.units.bigints.UInt256;

/**
 * How far a server is trusted with money ahead (docs/vip.md, "Budget"). Immutable.
 *
 * @param prepayWei what may be paid ahead now
 * @param paidWei all that it was ever paid
 * @param satisfied purchases that brought what was bought
 * @param faults broken promises
 * @param usedSeconds when it was last dealt with, Unix time
 */
public record Trust(
    UInt256 prepayWei, UInt256 paidWei, long satisfied, long faults, long usedSeconds) {
  private static final UInt256 HIGHEST = UInt256.ONE.shiftLeft(200);

  Trust doubled() {
    UInt256 more = prepayWei.compareTo(HIGHEST) > 0 ? prepayWei : prepayWei.shiftLeft(1);
    return new Trust(more, paidWei, satisfied + 1, faults, usedSeconds);
  }

  Trust satisfiedAgain() {
    return new Trust(prepayWei, paidWei, satisfied + 1, faults, usedSeconds);
  }

  Trust halved() {
    return new Trust(prepayWei.shiftRight(1), paidWei, satisfied, faults + 1, usedSeconds);
  }

  Trust paid(UInt256 amountWei, long nowSeconds) {
    return new Trust(prepayWei, paidWei.add(amountWei), satisfied, faults, nowSeconds);
  }

  Trust unpaid(UInt256 amountWei) {
    return new Trust(prepayWei, paidWei.subtract(amountWei), satisfied, faults, usedSeconds);
  }
}
