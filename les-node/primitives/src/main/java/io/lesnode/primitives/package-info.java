/**
 * The chain data types every other module speaks in: {@link io.lesnode.primitives.BlockHeader},
 * {@link io.lesnode.primitives.Transaction}, {@link io.lesnode.primitives.Receipt} and their parts.
 * Immutable and thread-safe. Leaf module: imports no other.
 */
@NullMarked
package io.lesnode.primitives;

import org.jspecify.annotations.NullMarked;
