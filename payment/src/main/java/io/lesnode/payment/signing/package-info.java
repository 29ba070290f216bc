/**
 * Who signs with the account that pays or is paid, and in which form: {@link
 * io.lesnode.payment.signing.MemorySigner} has the key itself, {@link
 * io.lesnode.payment.signing.KeystoreSigner} asks for it each time, {@link
 * io.lesnode.payment.signing.ExternalSigner} asks another program and believes nothing it says.
 * {@link io.lesnode.payment.signing.CompactSignature} is the one form of a signature in cheques;
 * {@link io.lesnode.payment.signing.TypedDomain} and {@link
 * io.lesnode.payment.signing.TypedMessage} make EIP-712 digests.
 *
 * <p>Thread-safe but for what a signer outside does with its caller's time.
 */
@NullMarked
package io.lesnode.payment.signing;

import org.jspecify.annotations.NullMarked;
