package io.lesnode.les.client.logs;

/**
 * How far a search is.
 *
 * @param from where it began
 * @param to where it will end
 * @param next all blocks below this one are done
 * @param found how many logs were found so far
 */
public record LogProgress(long from, long to, long next, int found) {}
