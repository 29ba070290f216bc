/** What tests of payment methods share: a chain, its pool, and books that can be opened again. */
@NullMarked
package io.lesnode.payment.testing;

import org.jspecify.annotations.NullMarked;
