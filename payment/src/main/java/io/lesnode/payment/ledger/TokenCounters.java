package io.lesnode.payment.ledger;

import org.apache.tuweni.bytes.Bytes32;

/**
 * How many tokens a node ever got and gave back. The server's client pool keeps what it was
 * delivered of both, in the same batch as the node's balance; after a crash the difference is
 * delivered, so that no token is lost or made.
 *
 * @param nodeId the node
 * @param issued tokens ever sold or granted to it; never falls
 * @param returned tokens ever sold back or ended with a grant; never falls, never above {@code
 *     issued}
 */
public record TokenCounters(Bytes32 nodeId, long issued, long returned) {}
