/**
 * Payment by subscription (docs/vip.md, "Subscription"): a node's time on a server's list of
 * members is bought on chain, for itself or by anybody for it, and read from there. {@link
 * io.lesnode.payment.subscription.SubscriptionMethod} grants tokens for each epoch on the ledger
 * loop, {@link io.lesnode.payment.subscription.SubscriptionPayer} buys and claims on virtual
 * threads, one at a time; the rest are values.
 */
@NullMarked
package io.lesnode.payment.subscription;

import org.jspecify.annotations.NullMarked;
