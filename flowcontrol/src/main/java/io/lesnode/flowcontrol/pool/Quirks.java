package io.lesnode.flowcontrol.pool;

/**
 * What geth 1.10.26 does wrong and its recorded runs therefore show; only tests that replay them
 * switch these on. The node runs with {@link #NONE}.
 *
 * @param timersFireOnce the timer of a client's thresholds is not armed again after it fired while
 *     the client stays active, so that an idle client keeps its priority after its tokens are used
 *     up
 * @param longDelaysWrap a threshold more than 2^63 ns away counts as reached long ago, so that the
 *     balance is brought up to date, and rounded, at every opportunity
 * @param requestedIsLost a capacity that changes on request is announced like any other change
 */
record Quirks(boolean timersFireOnce, boolean longDelaysWrap, boolean requestedIsLost) {

  static final Quirks NONE = new Quirks(false, false, false);
  static final Quirks GETH = new Quirks(true, true, true);
}
