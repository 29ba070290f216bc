/** Tests of the LES server on a manual clock and recorded peers. */
@NullMarked
package io.lesnode.les.server;

import org.jspecify.annotations.NullMarked;
