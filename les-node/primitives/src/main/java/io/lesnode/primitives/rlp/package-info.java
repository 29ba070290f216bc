/**
 * Strict reading of RLP. {@link io.lesnode.primitives.rlp.RlpReader} is a cursor that refuses every
 * non-canonical encoding; writing uses Tuweni's {@code RLP} and {@code RLPWriter}, which produce
 * canonical bytes only. Stateless apart from the cursor, which belongs to one thread.
 */
@NullMarked
package io.lesnode.primitives.rlp;

import org.jspecify.annotations.NullMarked;
