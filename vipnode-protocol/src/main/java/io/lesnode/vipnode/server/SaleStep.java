package io.lesnode.vipnode.server;

import io.lesnode.vipnode.wire.VipMessage;

/** What is to be done for a client. */
public sealed interface SaleStep {

  /** A message is to be sent. */
  record Send(VipMessage message) implements SaleStep {}

  /**
   * Both sides have greeted: the client is to be made an offer.
   *
   * @param trialLeftSeconds what is left of its free trial
   */
  record Welcome(VipMessage.Status status, long trialLeftSeconds) implements SaleStep {}

  /** A query is to be answered by the pool and the market. */
  record Answer(VipMessage.Query query) implements SaleStep {}

  /** A method of payment is to be opened. */
  record OpenMethod(VipMessage.Open open) implements SaleStep {}

  /** A payment is to be booked. */
  record TakePayment(VipMessage.Pay pay) implements SaleStep {}

  /** Money is to be exchanged for tokens, or back. */
  record Trade(VipMessage.Exchange exchange) implements SaleStep {}

  /**
   * The pool is to be asked for a capacity.
   *
   * @param capacity in units per millisecond
   */
  record AskCapacity(long requestId, long capacity, long biasSeconds) implements SaleStep {}

  /** A bid is to be placed. */
  record PlaceBid(VipMessage.Bid bid) implements SaleStep {}

  /** A method of payment is to be closed. */
  record CloseMethod(VipMessage.Close close) implements SaleStep {}

  /** A message of pools, which is not for the sale. */
  record PassOn(VipMessage message) implements SaleStep {}

  /**
   * Vip is over with this peer.
   *
   * @param offSeconds for how long it shall not come back; 0: it may
   */
  record End(String why, long offSeconds) implements SaleStep {}

  /** The state changed, for counters and logs. */
  record Became(SaleState before, SaleState now) implements SaleStep {}
}
