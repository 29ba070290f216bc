/**
 * The auction of capacity: sealed bids for equal units, paid by what they keep others from.
 *
 * <p>Public types: {@link io.lesnode.vipnode.auction.Auction} (the machine: bids, deadlines,
 * clearings, tolerance), {@link io.lesnode.vipnode.auction.UnitAuction} (the law of one clearing,
 * stateless), {@link io.lesnode.vipnode.auction.StandingBid}, {@link
 * io.lesnode.vipnode.auction.AuctionSettings}.
 *
 * <p>An {@code Auction} is confined to the thread of whoever owns it; time is an argument. All
 * prices are tokens per second. The rule is in docs/vip.md, "Auction".
 */
@NullMarked
package io.lesnode.vipnode.auction;

import org.jspecify.annotations.NullMarked;
