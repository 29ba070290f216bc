/** Which servers are dialled when, on simulated time. */
@NullMarked
package io.lesnode.les.client.pool;

import org.jspecify.annotations.NullMarked;
