package io.lesnode.vip;

import io.lesnode.primitives.Address;
import io.lesnode.vipnode.client.BudgetRules;
import io.lesnode.vipnode.client.BuyerView;
import io.lesnode.vipnode.client.Demand;
import java.util.List;
import java.util.Optional;
import org.apache.tuweni.units.bigints.UInt256;

/**
 * How buying stands. Immutable.
 *
 * @param account who pays
 * @param rules the user's budget
 * @param spentWei of it in the period that ends now, with fees
 * @param leftWei what may still be spent now
 * @param demand what is wanted
 * @param servers the deals, connected ones first
 */
public record VipStatus(
    Optional<Address> account,
    BudgetRules rules,
    UInt256 spentWei,
    UInt256 leftWei,
    Demand demand,
    List<BuyerView> servers) {
  /** Copies the list. */
  public VipStatus {
    servers = List.copyOf(servers);
  }
}
