/** Tests of the selling side of vip/1 on virtual time. */
@NullMarked
package io.lesnode.vipnode.server;

import org.jspecify.annotations.NullMarked;
