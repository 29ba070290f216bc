/** Tests of what both sides share. */
@NullMarked
package io.lesnode.flowcontrol;

import org.jspecify.annotations.NullMarked;
