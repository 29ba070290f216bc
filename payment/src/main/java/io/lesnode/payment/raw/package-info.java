/**
 * Ordinary transfers on chain as payments: {@link io.lesnode.payment.raw.RawMethod} credits them
 * when they are deep enough, {@link io.lesnode.payment.raw.RawPayer} sends them. Confined as every
 * method is.
 */
@NullMarked
package io.lesnode.payment.raw;

import org.jspecify.annotations.NullMarked;
