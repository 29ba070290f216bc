/** RLPx connections, the p2p base protocol and capability multiplexing. Imports primitives only. */
@NullMarked
package io.lesnode.devp2p;

import org.jspecify.annotations.NullMarked;
