package io.lesnode.flowcontrol.pool;

/**
 * The pool in numbers.
 *
 * @param activeCount active clients
 * @param activeCapacity their capacity
 * @param priorityCapacity the part of active clients with tokens
 * @param ownCapacity the part of the operator's own clients
 * @param inactiveCount connected clients that are not active
 * @param maxCount the limit of active clients
 * @param maxCapacity the limit of their capacity
 * @param knownCount stored balances
 * @param connected how many clients ever entered
 * @param activated how often a client became active
 * @param deactivated how often an active client became inactive, other than by leaving
 * @param disconnected how many clients left or were dropped
 */
public record PoolTotals(
    long activeCount,
    long activeCapacity,
    long priorityCapacity,
    long ownCapacity,
    int inactiveCount,
    long maxCount,
    long maxCapacity,
    int knownCount,
    long connected,
    long activated,
    long deactivated,
    long disconnected) {}
