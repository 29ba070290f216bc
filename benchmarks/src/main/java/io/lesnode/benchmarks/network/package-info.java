/** Measurements of the RLPx transport: handshakes, frames, and whole connections over loopback. */
@NullMarked
package io.lesnode.benchmarks.network;

import org.jspecify.annotations.NullMarked;
