package io.lesnode.vip;

import io.lesnode.contracts.ContractArtifact;
import io.lesnode.payment.Payer;
import io.lesnode.payment.cheque.ChequePayer;
import io.lesnode.payment.lottery.LotteryPayer;
import io.lesnode.payment.lottery.LotteryPlan;
import io.lesnode.payment.raw.RawPayer;
import io.lesnode.payment.subscription.SubscriptionContract;
import io.lesnode.payment.subscription.SubscriptionPayer;
import io.lesnode.payment.testmoney.TestMoneyPayer;
import io.lesnode.payment.transactions.ContractCalls;
import io.lesnode.primitives.Address;
import java.security.SecureRandom;
import java.util.Set;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;

/**
 * Makes the payer of one method when the light client is there. Called once, on the payer thread.
 */
@FunctionalInterface
public interface PayerSource {
  /** The payer. */
  Payer open(PayerParts parts);

  /** Cheques on account books. */
  static PayerSource cheques() {
    return parts ->
        new ChequePayer(
            parts.requireSigner(), parts.chain(), parts.records(), parts.requireTransactor());
  }

  /** Lotteries over all servers that take them, in the LotteryBook2 that the first one names. */
  static PayerSource lotteries() {
    SecureRandom random = new SecureRandom();
    return parts ->
        new LotteryPayer(
            Set.of(ContractArtifact.LOTTERY_BOOK_2.deployedCodeHash()),
            parts.requireSigner(),
            parts.chain(),
            parts.records(),
            new ContractCalls(
                parts.requireTransactor(), parts.chain(), parts.records(), Bytes.of('l')),
            LotteryPlan.standard(),
            random::nextLong);
  }

  /**
   * Subscriptions of our node.
   *
   * @param contract where they are; its code must be Subscription's
   * @param ownNodeId the keccak hash of our node key
   */
  static PayerSource subscriptions(Address contract, Bytes32 ownNodeId) {
    return parts ->
        new SubscriptionPayer(
            new SubscriptionContract(contract),
            Set.of(ContractArtifact.SUBSCRIPTION.deployedCodeHash()),
            ownNodeId,
            parts.chain(),
            new ContractCalls(
                parts.requireTransactor(), parts.chain(), parts.records(), Bytes.of('s')));
  }

  /** Ordinary transfers on chain. */
  static PayerSource transfers() {
    return parts -> new RawPayer(parts.chain(), parts.records(), parts.requireTransactor());
  }

  /**
   * Test money, for test networks.
   *
   * @param limitWei how much is made for each server
   */
  static PayerSource testMoney(UInt256 limitWei) {
    return parts -> new TestMoneyPayer(parts.records(), limitWei);
  }
}
