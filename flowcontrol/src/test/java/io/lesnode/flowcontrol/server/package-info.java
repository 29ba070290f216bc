/** Tests against traces of geth's flow control. */
@NullMarked
package io.lesnode.flowcontrol.server;

import org.jspecify.annotations.NullMarked;
