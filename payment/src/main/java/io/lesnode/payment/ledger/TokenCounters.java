package io.lesnode.payment.ledger;

import org.apache.tuweni.bytes.Bytes32;

/**
 * How many tokens a node ever got and lost again, but for what it spent. The server's client pool
 * keeps the same three counters, in the same batch as the node's balance; after a crash, and at
 * each start, the difference is made up for, so that no token is lost or made:
 *
 * <ul>
 *   <li>{@code issued}: the books first, then the pool; the pool adds what it has not yet;
 *   <li>{@code returned} and {@code expired}: the pool first, which is where it is seen whether the
 *       tokens are still there, then the books.
 * </ul>
 *
 * <p>So whether a node may sell back is judged by what is durable ({@link Bookkeeping#sellable} of
 * the ledger with nothing waiting), never by a purchase that a crash could undo.
 *
 * @param nodeId the node
 * @param issued tokens ever sold or granted to it; never falls
 * @param returned tokens ever sold back; never falls
 * @param expired tokens that ever ended with a grant; never falls
 */
public record TokenCounters(Bytes32 nodeId, long issued, long returned, long expired) {}
