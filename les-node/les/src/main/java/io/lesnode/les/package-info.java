/** The Light Ethereum Subprotocol: wire messages, server and light client. */
@NullMarked
package io.lesnode.les;

import org.jspecify.annotations.NullMarked;
