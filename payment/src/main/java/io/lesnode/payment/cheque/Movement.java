package io.lesnode.payment.cheque;

import io.lesnode.primitives.Address;
import java.util.Optional;
import org.apache.tuweni.units.bigints.UInt256;

/**
 * What a transaction did with one payer's account.
 *
 * @param movedWei what the payee got
 * @param paidAfterWei what cheques have brought in total since, where the contract logs it
 */
record Movement(Address payer, UInt256 movedWei, Optional<UInt256> paidAfterWei) {}
