package io.lesnode.vip;

import io.lesnode.payment.ChainHead;
import io.lesnode.payment.ChainUnavailableException;
import io.lesnode.payment.Settlement;
import io.lesnode.payment.SignerException;
import java.util.List;

/** Who brings money home. Called on the ledger loop, never while a batch is open. */
public interface VipSettlements {

  /** A new head: transactions under way are looked after. */
  void onHead(ChainHead head) throws ChainUnavailableException, SignerException;

  /**
   * Sends what is due.
   *
   * @param everything whatever is worth more than its cost, not only what the policy wants now
   * @return what was sent
   */
  List<Settlement> settle(boolean everything, long nowSeconds)
      throws ChainUnavailableException, SignerException;

  /** What is under way. */
  List<Settlement> running();

  /** Brings nothing home, for a server without an account. */
  static VipSettlements none() {
    return new VipSettlements() {
      @Override
      public void onHead(ChainHead head) {}

      @Override
      public List<Settlement> settle(boolean everything, long nowSeconds) {
        return List.of();
      }

      @Override
      public List<Settlement> running() {
        return List.of();
      }
    };
  }
}
