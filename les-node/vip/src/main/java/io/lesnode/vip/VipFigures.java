package io.lesnode.vip;

import io.lesnode.payment.RefusalCode;
import io.lesnode.vipnode.wire.NoticeKind;
import java.math.BigInteger;
import java.util.Map;
import org.apache.tuweni.units.bigints.UInt256;

/**
 * A vip server in numbers, of one moment; money in wei.
 *
 * @param peers peers that speak vip now
 * @param paying those of them that have tokens
 * @param inTrial networks in their free trial
 * @param tokensOut tokens in existence
 * @param priceWeiPer1e9 what 10^9 tokens cost, if they can be had
 * @param revenueWei what tokens were sold for, less what was paid back
 * @param unspentWei money of clients that is not yet tokens
 * @param claimsWei what proofs entitle us to on chain
 * @param cashedWei what settlements brought
 * @param feesWei what they cost
 * @param lossWei claims that the chain did not honour
 * @param frozenWei money whose deposit left the chain
 * @param payableWei what we owe hosts of our pool
 */
public record VipFigures(
    int peers,
    int paying,
    long inTrial,
    long tokensOut,
    UInt256 priceWeiPer1e9,
    BigInteger revenueWei,
    BigInteger unspentWei,
    BigInteger claimsWei,
    BigInteger cashedWei,
    BigInteger feesWei,
    BigInteger lossWei,
    BigInteger frozenWei,
    BigInteger payableWei,
    Counts counts) {

  /**
   * What was counted since the start.
   *
   * @param payments accepted
   * @param exchanges of money for tokens and back
   * @param quotes answered
   * @param offers sent
   * @param trials begun
   * @param converted clients that bought during or after their trial
   * @param dropped messages over the budget that were not even answered
   * @param commits synced writes of the books
   * @param settlements sent to the chain
   * @param lastSettlementSeconds Unix time of the newest; 0: none
   */
  public record Counts(
      long payments,
      long exchanges,
      long quotes,
      long offers,
      long trials,
      long converted,
      long dropped,
      long commits,
      long settlements,
      long lastSettlementSeconds,
      Map<RefusalCode, Long> refusals,
      Map<NoticeKind, Long> notices) {
    /** Copies the maps. */
    public Counts {
      refusals = Map.copyOf(refusals);
      notices = Map.copyOf(notices);
    }
  }
}
