/** Tests of {@code io.lesnode.vipnode.auction}. */
@NullMarked
package io.lesnode.vipnode.auction;

import org.jspecify.annotations.NullMarked;
