package io.lesnode.app.node;

import io.lesnode.contracts.ContractArtifact;
import io.lesnode.payment.MethodId;
import io.lesnode.primitives.Address;
import java.util.Map;

/**
 * The payment contracts of dev chains, in the genesis block at addresses that are the same on every
 * dev chain, so that paying can be tried without deploying anything. The code is the committed one:
 * no contract of ours needs a constructor. Stateless.
 */
public final class DevContracts {
  /** Cumulative cheques: {@code AccountBook2}. */
  public static final Address ACCOUNT_BOOK = at(0xb001);

  /** One deposit for many payees: {@code LotteryBook2}. */
  public static final Address LOTTERY_BOOK = at(0xb002);

  /** Time on a server's list: {@code Subscription}. */
  public static final Address SUBSCRIPTION = at(0xb003);

  /** Deposits and payouts of pools: {@code VipnodePool2}. */
  public static final Address POOL = at(0xb004);

  private DevContracts() {}

  /** Where clients pay, by the method of payment. */
  public static Map<MethodId, Address> byMethod() {
    return Map.of(
        MethodId.CHEQUE,
        ACCOUNT_BOOK,
        MethodId.LOTTERY,
        LOTTERY_BOOK,
        MethodId.SUBSCRIPTION,
        SUBSCRIPTION);
  }

  /** The code of each, by its address. */
  static Map<Address, ContractArtifact> artifacts() {
    return Map.of(
        ACCOUNT_BOOK, ContractArtifact.ACCOUNT_BOOK_2,
        LOTTERY_BOOK, ContractArtifact.LOTTERY_BOOK_2,
        SUBSCRIPTION, ContractArtifact.SUBSCRIPTION,
        POOL, ContractArtifact.VIPNODE_POOL_2);
  }

  private static Address at(long number) {
    return Address.fromHex("0x%040x".formatted(number));
  }
}
