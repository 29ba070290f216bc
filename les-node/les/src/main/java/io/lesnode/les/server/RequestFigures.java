package io.lesnode.les.server;

/**
 * Counts of one kind of request since the start.
 *
 * @param inPackets requests that came
 * @param inBytes their payloads
 * @param outPackets requests that were through with, answered or not
 * @param outBytes payloads of the replies
 * @param servedCount requests that a worker served
 * @param servedNanos how long workers took
 */
public record RequestFigures(
    long inPackets,
    long inBytes,
    long outPackets,
    long outBytes,
    long servedCount,
    long servedNanos) {}
