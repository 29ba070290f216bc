/** Tests of the pending set. */
@NullMarked
package io.lesnode.les.client.tx;

import org.jspecify.annotations.NullMarked;
