/** Tests of {@code io.lesnode.vipnode.price}. */
@NullMarked
package io.lesnode.vipnode.price;

import org.jspecify.annotations.NullMarked;
