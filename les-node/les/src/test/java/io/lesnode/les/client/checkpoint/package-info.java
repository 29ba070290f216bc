/** Tests of the choice and the votes of checkpoints. */
@NullMarked
package io.lesnode.les.client.checkpoint;

import org.jspecify.annotations.NullMarked;
