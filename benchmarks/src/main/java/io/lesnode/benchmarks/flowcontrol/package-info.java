/** Flow control and the client pool: what every request and every client costs the node loop. */
@NullMarked
package io.lesnode.benchmarks.flowcontrol;

import org.jspecify.annotations.NullMarked;
