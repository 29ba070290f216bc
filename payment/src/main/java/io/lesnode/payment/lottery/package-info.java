/**
 * Payment by lottery (docs/vip.md, "Lottery"): one deposit in a LotteryBook2 pays whichever of many
 * servers a block hash draws, and a cheque over a range of numbers is worth its chance of the pot.
 * {@link io.lesnode.payment.lottery.LotteryMethod} receives on the ledger loop, {@link
 * io.lesnode.payment.lottery.LotteryPayer} pays on virtual threads, one at a time; {@link
 * io.lesnode.payment.lottery.LotteryTree}, {@link io.lesnode.payment.lottery.LotteryContract} and
 * the records are values. Integer arithmetic only.
 */
@NullMarked
package io.lesnode.payment.lottery;

import org.jspecify.annotations.NullMarked;
