package io.lesnode.les.client.value;

/**
 * A type of request that has a value of its own. Immutable.
 *
 * @param name identifies it in stored baskets
 * @param initialAmount its share of the first reference basket
 * @param initialValue its first value, relative to the others
 */
public record RequestType(String name, double initialAmount, double initialValue) {}
