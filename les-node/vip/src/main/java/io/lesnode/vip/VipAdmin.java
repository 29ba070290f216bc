package io.lesnode.vip;

import io.lesnode.payment.MethodTerms;
import io.lesnode.payment.Settlement;
import io.lesnode.payment.ledger.LedgerHistory;
import io.lesnode.primitives.Address;
import io.lesnode.vipnode.wire.VipMessage;
import java.util.List;
import java.util.Optional;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;

/**
 * What the operator of a vip server can ask and change while it runs. Thread-safe; a call waits for
 * the ledger loop, shortly, so callers are threads of their own.
 */
public interface VipAdmin {

  /**
   * The server as a seller.
   *
   * @param account where it is paid at, if it has an account
   * @param chainId the chain that it is paid on
   * @param hourPriceWei what an hour at the least capacity costs at least
   * @param auction whether capacity is auctioned as well
   * @param broken whether the books cannot be written, so that nothing is sold
   */
  record Status(
      Optional<Address> account,
      long chainId,
      UInt256 hourPriceWei,
      boolean auction,
      boolean broken,
      List<MethodTerms> methods,
      VipFigures figures,
      List<Settlement> settlements) {
    /** Copies the lists. */
    public Status {
      methods = List.copyOf(methods);
      settlements = List.copyOf(settlements);
    }
  }

  /**
   * A peer that speaks vip.
   *
   * @param state of the sale: trial, free, paid, exhausted, downgraded
   * @param capacity units per millisecond
   * @param tokens what it can spend
   * @param spendPerSecond what time costs it
   * @param moneyWei what it has paid and not spent
   */
  record Client(
      Bytes32 id,
      Optional<Address> account,
      String address,
      String state,
      long capacity,
      long tokens,
      long spendPerSecond,
      UInt256 moneyWei,
      long units) {}

  /** The server as a seller. */
  Status status();

  /** The newest offer to everybody, signed. */
  Optional<VipMessage.Offer> offer();

  /** The peers that speak vip now. */
  List<Client> clients();

  /** Numbers for metrics. */
  VipFigures figures();

  /** The books as far as they are durable. */
  LedgerHistory history();

  /**
   * Settles whatever is worth more than its cost.
   *
   * @throws VipAdminException if the chain or the signer refuse
   */
  List<Settlement> settle();

  /** Changes the price; who was offered another one is told. */
  void setHourPrice(UInt256 wei);
}
