package io.lesnode.flowcontrol.pool;

/**
 * What geth 1.10.26 does that this node does not, and that its recorded runs show; only tests that
 * replay them switch these on. The node runs with {@link #NONE}.
 *
 * @param timersFireOnce the timer of a client's thresholds is not armed again after it fired while
 *     the client stays active, so that an idle client keeps its priority after its tokens are used
 *     up
 * @param numbersWrap a threshold more than 2^63 ns away counts as reached long ago, so that the
 *     balance is brought up to date, and rounded, at every opportunity; and the estimate for the
 *     largest negative balance is the highest priority of all
 * @param requestedIsLost a capacity that changes on request is announced like any other change
 * @param curveFirst before a capacity is raised the curve of all clients is computed, which rounds
 *     their balances and takes as long as there are clients; the node just tries
 * @param loweredWaits capacity that a client gives up is not offered to those who wait before
 *     something else happens
 * @param inactivePaysNothing requests of a client that is connected but not active are not charged
 *     to what is stored
 * @param addedTokensAreIgnored a capacity query tells no more than can be had without the tokens
 *     that it asks about
 * @param addressIsOverwritten each connected client of an address goes on from the stored negative
 *     balance, and the last to leave overwrites what the others used
 * @param fewTokensAreLost a million tokens or fewer are not stored
 */
record Quirks(
    boolean timersFireOnce,
    boolean numbersWrap,
    boolean requestedIsLost,
    boolean curveFirst,
    boolean loweredWaits,
    boolean inactivePaysNothing,
    boolean addedTokensAreIgnored,
    boolean addressIsOverwritten,
    boolean fewTokensAreLost) {

  static final Quirks NONE =
      new Quirks(false, false, false, false, false, false, false, false, false);
  static final Quirks GETH = new Quirks(true, true, true, true, true, true, true, true, true);
}
