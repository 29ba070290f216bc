/** Tests of what a pool decides, on virtual time. */
@NullMarked
package io.lesnode.vipnode.pool;

import org.jspecify.annotations.NullMarked;
