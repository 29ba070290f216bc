/** Tests of the LES wire against messages recorded from geth. */
@NullMarked
package io.lesnode.les.wire;

import org.jspecify.annotations.NullMarked;
