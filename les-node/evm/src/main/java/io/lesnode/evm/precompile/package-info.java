/**
 * The precompiled contracts at addresses 1 to 10: {@link io.lesnode.evm.precompile.Precompiles}
 * says which a fork has. All are stateless and thread-safe.
 */
@NullMarked
package io.lesnode.evm.precompile;

import org.jspecify.annotations.NullMarked;
