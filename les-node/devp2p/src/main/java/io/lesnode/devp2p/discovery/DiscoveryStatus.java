package io.lesnode.devp2p.discovery;

import java.util.OptionalLong;

/**
 * What discovery is doing; immutable.
 *
 * @param knownNodes nodes in the tables of both protocols
 * @param liveNodes those that have answered
 * @param lookups lookups started since the start
 * @param lastLookupSeconds when the last one was started, seconds since 1970
 * @param accepted different nodes found that were looked for; counted to 10,000
 * @param refused records found that were not
 * @param dnsNodes records read from DNS
 * @param dnsFailures failed DNS questions
 * @param packetsIn datagrams received, refused ones included
 * @param packetsDropped those that were too large or too many
 */
public record DiscoveryStatus(
    int knownNodes,
    int liveNodes,
    long lookups,
    OptionalLong lastLookupSeconds,
    int accepted,
    long refused,
    long dnsNodes,
    long dnsFailures,
    long packetsIn,
    long packetsDropped) {}
