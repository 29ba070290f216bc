package io.lesnode.vipnode.server;

import io.lesnode.payment.RefusalCode;
import io.lesnode.vipnode.price.TokenMarket;
import java.math.BigInteger;
import java.util.LinkedHashMap;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;

/**
 * The market of tokens with the quotes that bind it. A value machine of one owner, the ledger loop.
 *
 * <p>A quote binds for its life and for one purchase: whoever was quoted buys at the market of that
 * moment if it is the better one, up to the most tokens that were asked about, as long as there are
 * so many. A trade counts when its books are accepted: {@link #trade} only says what it would be.
 */
public final class TokenShop {
  private static final int MAX_QUOTES = 10_000;

  /** For how long a quote that is over is remembered, to say that it is over. */
  private static final long REMEMBERED_SECONDS = 600;

  private record Promise(TokenMarket market, long untilSeconds, long maxTokens) {}

  private final LinkedHashMap<Bytes32, Promise> promises = new LinkedHashMap<>(16, 0.75f, true);
  private TokenMarket market;
  private long nextQuoteId = 1;

  /** A shop of a market. */
  public TokenShop(TokenMarket market) {
    this.market = market;
  }

  /** The market now. */
  public TokenMarket market() {
    return market;
  }

  /** Time has passed, or tokens were used. */
  public void setMarket(TokenMarket next) {
    market = next;
  }

  /** The number of the next quote. */
  public long nextQuoteId() {
    return nextQuoteId++;
  }

  /**
   * A client was quoted prices.
   *
   * @param quoted the market that they are of
   * @param maxTokens the most tokens that it asked about
   */
  public void promise(Bytes32 node, TokenMarket quoted, long untilSeconds, long maxTokens) {
    promises.put(node, new Promise(quoted, untilSeconds, maxTokens));
    if (promises.size() > MAX_QUOTES) {
      promises.pollFirstEntry();
    }
  }

  /**
   * What an exchange would be.
   *
   * @param record what we remember of the node
   * @param minTokens as in Exchange
   * @param maxTokens as in Exchange
   * @param limitWei as in Exchange; for a purchase no more than the client has
   * @param sellableTokens what may be sold back
   */
  public TokenMarket.Outcome trade(
      Bytes32 node,
      NodeRecord record,
      long minTokens,
      long maxTokens,
      UInt256 limitWei,
      long sellableTokens,
      long nowSeconds) {
    TokenMarket.Outcome now = market.exchange(minTokens, maxTokens, limitWei, sellableTokens);
    if (maxTokens <= 0) {
      return now instanceof TokenMarket.Traded sold ? atCost(record, sold, limitWei) : now;
    }
    Promise promise = promises.get(node);
    if (promise == null) {
      return now;
    }
    long most = Math.min(maxTokens, promise.maxTokens());
    TokenMarket.Outcome promised =
        minTokens > most ? now : promise.market().exchange(minTokens, most, limitWei, 0);
    if (nowSeconds > promise.untilSeconds()) {
      return isOver(promise, promised, now, nowSeconds)
          ? new TokenMarket.Refused(
              RefusalCode.QUOTE_EXPIRED, "the quote is over and prices rose; ask for another")
          : now;
    }
    return promised instanceof TokenMarket.Traded bought && isBetter(bought, now)
        ? onMarket(bought)
        : now;
  }

  private static boolean isOver(
      Promise promise, TokenMarket.Outcome promised, TokenMarket.Outcome now, long nowSeconds) {
    return now instanceof TokenMarket.Refused
        && promised instanceof TokenMarket.Traded
        && nowSeconds - promise.untilSeconds() < REMEMBERED_SECONDS;
  }

  private boolean isBetter(TokenMarket.Traded promised, TokenMarket.Outcome now) {
    if (promised.tokens() > market.curve().availableTokens()) {
      return false;
    }
    return switch (now) {
      case TokenMarket.Refused refused -> true;
      case TokenMarket.Traded traded ->
          promised.tokens() > traded.tokens()
              || (promised.tokens() == traded.tokens()
                  && promised.wei().compareTo(traded.wei()) < 0);
    };
  }

  /** The same purchase with its effect on the market of now. */
  private TokenMarket.Traded onMarket(TokenMarket.Traded promised) {
    TokenMarket next =
        new TokenMarket(
            market.settings(),
            market.curve().withSold(market.curve().soldTokens() + promised.tokens()),
            market.reserveWei().add(promised.wei().toBigInteger()),
            market.atSeconds());
    return new TokenMarket.Traded(promised.tokens(), promised.wei(), next);
  }

  private static TokenMarket.Outcome atCost(
      NodeRecord record, TokenMarket.Traded sold, UInt256 leastWei) {
    BigInteger most = record.paidFor(-sold.tokens());
    BigInteger wanted = sold.wei().toBigInteger();
    if (wanted.compareTo(most) <= 0) {
      return sold;
    }
    if (most.compareTo(leastWei.toBigInteger()) < 0) {
      return new TokenMarket.Refused(
          RefusalCode.OVER_LIMIT, "no more is paid back than was paid: " + most + " wei for these");
    }
    TokenMarket next = sold.next();
    return new TokenMarket.Traded(
        sold.tokens(),
        UInt256.valueOf(most),
        new TokenMarket(
            next.settings(),
            next.curve(),
            next.reserveWei().add(wanted.subtract(most)),
            next.atSeconds()));
  }

  /** The books of a trade were accepted: it counts, and the quote is used up. */
  public void accept(Bytes32 node, TokenMarket.Traded traded) {
    market = traded.next();
    if (traded.tokens() > 0) {
      promises.remove(node);
    }
  }
}
