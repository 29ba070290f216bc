/** Tests of paying through a pool, on books in memory. */
@NullMarked
package io.lesnode.payment.hub;

import org.jspecify.annotations.NullMarked;
