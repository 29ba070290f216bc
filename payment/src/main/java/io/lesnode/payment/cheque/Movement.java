package io.lesnode.payment.cheque;

import io.lesnode.primitives.Address;
import org.apache.tuweni.units.bigints.UInt256;

/**
 * What a transaction did with one payer's account.
 *
 * @param movedWei what the payee got
 * @param missingWei what a cheque was over and the deposit did not have
 */
record Movement(Address payer, UInt256 movedWei, UInt256 missingWei) {}
