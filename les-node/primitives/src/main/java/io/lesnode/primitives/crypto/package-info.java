/**
 * Keccak-256 and secp256k1. {@link io.lesnode.primitives.crypto.Secp256k1} uses the native
 * libsecp256k1 where its binary loads and Bouncy Castle elsewhere; both give the same bytes. All
 * types are immutable and thread-safe.
 */
@NullMarked
package io.lesnode.primitives.crypto;

import org.jspecify.annotations.NullMarked;
