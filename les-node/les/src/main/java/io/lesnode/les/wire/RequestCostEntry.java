package io.lesnode.les.wire;

import io.lesnode.flowcontrol.cost.RequestCost;

/** One line of a cost table on the wire: what a request of a message code costs at most. */
public record RequestCostEntry(long code, RequestCost cost) {}
