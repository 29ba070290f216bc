/** Tests against traces of geth's flow control. */
@NullMarked
package io.lesnode.flowcontrol.cost;

import org.jspecify.annotations.NullMarked;
