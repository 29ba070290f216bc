package io.lesnode.vipnode.client;

import io.lesnode.payment.MethodTerms;
import io.lesnode.primitives.Address;
import io.lesnode.vipnode.wire.OfferTerms;
import java.util.Optional;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;

/**
 * How the deal with one server stands, for people. Immutable.
 *
 * @param server its node id
 * @param connected whether vip is spoken with it now
 * @param state what is done or waited for, and why
 * @param payAddress its account, proven
 * @param terms its newest offer
 * @param method how it would be paid
 * @param capacity what we have, as far as it was announced; 0 unknown
 * @param wantedCapacity what we want of it
 * @param tokenBalance tokens there when it last told; -1 unknown
 * @param currencyBalanceWei money there that is not tokens yet
 * @param payableWei what can be paid without another deposit
 * @param prepayWei what may be paid ahead now
 * @param spentWei what it was paid in the period
 * @param trust what is remembered of it
 * @param pendingPayments payments without receipt
 * @param sessionFaults broken promises in this session
 */
public record BuyerView(
    Bytes32 server,
    boolean connected,
    String state,
    Optional<Address> payAddress,
    Optional<OfferTerms> terms,
    Optional<MethodTerms> method,
    long capacity,
    long wantedCapacity,
    long tokenBalance,
    UInt256 currencyBalanceWei,
    UInt256 payableWei,
    UInt256 prepayWei,
    UInt256 spentWei,
    Optional<Trust> trust,
    int pendingPayments,
    int sessionFaults) {}
