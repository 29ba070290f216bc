/** Payment methods, ledger and settlement. Empty until the payment work lands. */
@NullMarked
package io.lesnode.payment;

import org.jspecify.annotations.NullMarked;
