package io.lesnode.flowcontrol.pool;

/**
 * What geth 1.10.26 does wrong and its recorded runs therefore show; only tests that replay them
 * switch these on. The node runs with {@link #NONE}.
 *
 * @param timersFireOnce the timer of a client's thresholds is not armed again after it fired while
 *     the client stays active, and a delay above 2^63 ns fires at once; so an idle client keeps its
 *     priority after its tokens are used up
 * @param requestedIsLost a capacity that changes on request is announced like any other change
 */
record Quirks(boolean timersFireOnce, boolean requestedIsLost) {

  static final Quirks NONE = new Quirks(false, false);
  static final Quirks GETH = new Quirks(true, true);
}
