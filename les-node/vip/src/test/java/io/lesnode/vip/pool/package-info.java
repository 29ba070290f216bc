/** Tests of pools over sockets. */
@NullMarked
package io.lesnode.vip.pool;

import org.jspecify.annotations.NullMarked;
