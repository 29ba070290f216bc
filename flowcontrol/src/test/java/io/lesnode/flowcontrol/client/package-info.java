/** Tests against traces of geth's flow control. */
@NullMarked
package io.lesnode.flowcontrol.client;

import org.jspecify.annotations.NullMarked;
