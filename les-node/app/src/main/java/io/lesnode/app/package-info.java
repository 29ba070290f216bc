/**
 * Command line, configuration, JSON-RPC and the composition root; nothing imports this module but
 * benchmarks.
 */
@NullMarked
package io.lesnode.app;

import org.jspecify.annotations.NullMarked;
