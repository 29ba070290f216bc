/** Tests against traces and scenarios of geth's client pool. */
@NullMarked
package io.lesnode.flowcontrol.pool;

import org.jspecify.annotations.NullMarked;
