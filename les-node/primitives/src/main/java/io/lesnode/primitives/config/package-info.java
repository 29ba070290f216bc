/**
 * The rules of a chain: {@link io.lesnode.primitives.config.Fork}, {@link
 * io.lesnode.primitives.config.ChainConfig} and {@link io.lesnode.primitives.config.Genesis} as
 * geth's genesis JSON gives them, and the EIP-2124 {@link io.lesnode.primitives.config.ForkId}.
 * Immutable and thread-safe.
 */
@NullMarked
package io.lesnode.primitives.config;

import org.jspecify.annotations.NullMarked;
