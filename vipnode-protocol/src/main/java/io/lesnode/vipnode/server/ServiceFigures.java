package io.lesnode.vipnode.server;

import java.util.Optional;
import java.util.function.LongFunction;
import org.apache.tuweni.units.bigints.UInt256;

/**
 * What the client pool says of a client, and what tokens cost at the moment.
 *
 * @param capacity units per millisecond; 0: it waits for room
 * @param minCapacity the least that is served
 * @param tokens what it can spend
 * @param spendPerSecond tokens that time alone costs it
 * @param costOf what so many tokens cost now; empty when they cannot be had
 */
public record ServiceFigures(
    long capacity,
    long minCapacity,
    long tokens,
    long spendPerSecond,
    LongFunction<Optional<UInt256>> costOf) {}
