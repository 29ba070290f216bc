package io.lesnode.payment.cheque;

import org.apache.tuweni.units.bigints.UInt256;

/**
 * What both sign to end an account at once.
 *
 * @param cumulativeWei what the payee has had in total when it ends
 * @param closes how often the account was closed before: no signature serves twice
 * @param deadlineSeconds time of a block after which it is worth nothing
 */
record CloseTerms(UInt256 cumulativeWei, long closes, long deadlineSeconds) {}
