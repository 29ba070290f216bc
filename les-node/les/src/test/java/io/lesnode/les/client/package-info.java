/** Tests of the light client: scripted servers on virtual time, recordings of geth, live geth. */
@NullMarked
package io.lesnode.les.client;

import org.jspecify.annotations.NullMarked;
