/** Tests of the drivers: real sockets, a dev chain of our own, light clients. */
@NullMarked
package io.lesnode.vip;

import org.jspecify.annotations.NullMarked;
