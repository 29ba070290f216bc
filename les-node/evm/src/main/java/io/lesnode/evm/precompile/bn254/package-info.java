/**
 * The pairing-friendly curve alt_bn128 of EIP-196 and EIP-197: {@link
 * io.lesnode.evm.precompile.bn254.Bn254} has its three operations, on fields of four-long
 * Montgomery numbers. All immutable or confined to one call.
 */
@NullMarked
package io.lesnode.evm.precompile.bn254;

import org.jspecify.annotations.NullMarked;
