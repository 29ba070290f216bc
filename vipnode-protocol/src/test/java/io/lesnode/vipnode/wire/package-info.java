/** Tests of {@code io.lesnode.vipnode.wire}. */
@NullMarked
package io.lesnode.vipnode.wire;

import org.jspecify.annotations.NullMarked;
