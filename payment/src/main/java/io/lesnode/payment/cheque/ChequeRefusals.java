package io.lesnode.payment.cheque;

import io.lesnode.payment.ChainUnavailableException;
import io.lesnode.payment.Refusal;
import io.lesnode.payment.RefusalCode;
import java.math.BigInteger;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.units.bigints.UInt256;

/** What payers are told when a cheque is not taken: what is wrong, and what to do. Stateless. */
final class ChequeRefusals {
  private static final int BLOCK_SECONDS = 12;

  private ChequeRefusals() {}

  static Refusal notCovered(BigInteger total, DepositView view) {
    if (total.compareTo(view.coveredWei()) <= 0) {
      return new Refusal(
          RefusalCode.WITHDRAW_PENDING,
          "the deposit would cover this cheque if "
              + number(view.latest().withdrawWei())
              + " wei of it were not being asked back; take that request back or deposit more");
    }
    boolean isUnderWay = total.compareTo(view.latest().freeWei()) <= 0;
    return new Refusal(
        RefusalCode.INSUFFICIENT_DEPOSIT,
        isUnderWay
            ? "the deposit that covers this cheque is not deep enough in the chain yet; wait"
            : "the deposit covers cheques up to "
                + view.limitWei().max(BigInteger.ZERO)
                + " wei in total, this one is over "
                + total
                + "; deposit more",
        isUnderWay ? BLOCK_SECONDS : 0,
        Bytes.EMPTY);
  }

  static Refusal stale(UInt256 known, Bytes evidence) {
    return new Refusal(
        RefusalCode.STALE,
        "cheques up to " + number(known) + " wei in total are known; sign a larger total",
        0,
        evidence);
  }

  static Refusal overLimit(BigInteger uncashed, UInt256 most) {
    return new Refusal(
        RefusalCode.OVER_LIMIT,
        "cheques over "
            + uncashed
            + " wei are not cashed yet, at most "
            + number(most)
            + " may be; pay less or wait until some are",
        60,
        Bytes.EMPTY);
  }

  static Refusal notSynced(ChainUnavailableException unavailable) {
    return new Refusal(
        RefusalCode.NOT_SYNCED,
        "the chain cannot be read now: " + unavailable.getMessage(),
        30,
        Bytes.EMPTY);
  }

  private static BigInteger number(UInt256 wei) {
    return wei.toUnsignedBigInteger();
  }
}
