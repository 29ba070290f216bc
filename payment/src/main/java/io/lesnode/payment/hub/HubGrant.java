package io.lesnode.payment.hub;

import org.apache.tuweni.bytes.Bytes32;

/**
 * A pool's word that a client may be served by a host until a time.
 *
 * @param pool node id of the pool that signed it
 * @param client node id
 * @param host node id
 * @param untilSeconds Unix time of its end
 * @param capacity what the client may have
 */
public record HubGrant(
    Bytes32 pool, Bytes32 client, Bytes32 host, long untilSeconds, long capacity) {}
