package io.lesnode.payment.cheque;

import io.lesnode.payment.signing.CompactSignature;
import io.lesnode.primitives.Address;
import org.apache.tuweni.units.bigints.UInt256;

/**
 * A payer's word that a payee may have so much of its deposit in total, payments before included.
 *
 * @param payee who may cash it
 * @param cumulativeWei the total; a newer cheque has a larger one
 * @param signature by the payer
 */
public record Cheque(Address payee, UInt256 cumulativeWei, CompactSignature signature) {}
