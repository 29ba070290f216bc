/** Tests of the load generator, and with it of a server on real sockets. */
@NullMarked
package io.lesnode.benchmarks.load;

import org.jspecify.annotations.NullMarked;
