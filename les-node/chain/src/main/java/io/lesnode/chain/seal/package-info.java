/**
 * The dev chain: {@link io.lesnode.chain.seal.DevGenesis} makes its first block, {@link
 * io.lesnode.chain.seal.DevSealer} all others, from the transactions of the pool, as the only
 * clique signer.
 *
 * <p>Blocks are made on the executor that the sealer is given and imported like any other. Must not
 * import networking.
 */
@NullMarked
package io.lesnode.chain.seal;

import org.jspecify.annotations.NullMarked;
