/** What servers are worth, against geth's figures. */
@NullMarked
package io.lesnode.les.client.value;

import org.jspecify.annotations.NullMarked;
