/** The devp2p capability vip/1. Empty until the paid-priority work lands. */
@NullMarked
package io.lesnode.vipnode;

import org.jspecify.annotations.NullMarked;
