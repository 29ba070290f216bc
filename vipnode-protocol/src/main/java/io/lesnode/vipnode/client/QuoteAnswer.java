package io.lesnode.vipnode.client;

import io.lesnode.vipnode.wire.Price;
import org.apache.tuweni.units.bigints.UInt256;

/** What a server answered to the question what a capacity for a time costs. */
public sealed interface QuoteAnswer {

  /**
   * A price.
   *
   * @param capacity what was asked for
   * @param staySeconds for how long
   * @param tokens what it costs in tokens, whatever we have there already
   * @param tokensMissing of them what must be bought; {@link Long#MAX_VALUE}: not to be had
   * @param price of the tokens that it costs, for who has nothing there
   * @param untilSeconds until when it binds the server
   * @param currencyBalanceWei our money there
   * @param tokenBalance our tokens there
   */
  record Quoted(
      long capacity,
      long staySeconds,
      long tokens,
      long tokensMissing,
      Price price,
      long untilSeconds,
      UInt256 currencyBalanceWei,
      long tokenBalance)
      implements QuoteAnswer {}

  /** There is none; the text says why. */
  record None(String reason) implements QuoteAnswer {}
}
