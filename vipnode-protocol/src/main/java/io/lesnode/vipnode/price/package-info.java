/**
 * What service costs: tokens for capacity and time, money for tokens.
 *
 * <p>Public types: {@link io.lesnode.vipnode.price.BondingCurve} (the law of the price), {@link
 * io.lesnode.vipnode.price.TokenMarket} (the curve with its reserve, moving with time and trades),
 * {@link io.lesnode.vipnode.price.MarketSettings}, {@link io.lesnode.vipnode.price.ServicePrice}
 * (tokens per second of a capacity) and {@link io.lesnode.vipnode.price.Quotes} (answers queries,
 * through the port {@link io.lesnode.vipnode.price.CapacityEstimate}).
 *
 * <p>Everything here is immutable; time is an argument. Integers only: what must be rounded is
 * rounded against the trader. The law with an example is in docs/vip.md, "Price curve".
 */
@NullMarked
package io.lesnode.vipnode.price;

import org.jspecify.annotations.NullMarked;
