/** Tests of noticing a sleep and of telling the age of the head. */
@NullMarked
package io.lesnode.les.client.freshness;

import org.jspecify.annotations.NullMarked;
