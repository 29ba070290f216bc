package io.lesnode.payment.ledger;

import org.apache.tuweni.bytes.Bytes32;

/**
 * How many tokens a node ever got and gave back; what it spent is not the books' affair. The
 * server's client pool keeps how many of the tokens issued, less those returned and expired, it was
 * delivered, in the same batch as the node's balance; after a crash, and at each start, the
 * difference is delivered, so that no token is lost or made:
 *
 * <ul>
 *   <li>tokens are issued by the books first, durably; then the pool adds them;
 *   <li>they are returned or expire in the pool first, which is where it is seen whether they are
 *       still there; then the books learn of it. What a crash kept from the books is given back.
 *       Until the books have learnt of it durably, no delivery may count those tokens as issued.
 * </ul>
 *
 * <p>Whether a node may sell back is judged by what is durable ({@link Bookkeeping#sellable} of the
 * ledger), never by a purchase that a crash could undo.
 *
 * @param nodeId the node
 * @param issued tokens ever sold or granted to it; never falls
 * @param returned tokens ever sold back; never falls
 * @param expired tokens that ever ended with a grant; never falls
 */
public record TokenCounters(Bytes32 nodeId, long issued, long returned, long expired) {}
