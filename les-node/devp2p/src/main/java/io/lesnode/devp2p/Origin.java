package io.lesnode.devp2p;

import org.jspecify.annotations.Nullable;

/**
 * How a connection came about.
 *
 * @param dialled the node that we dialled, null if the peer dialled us
 */
record Origin(@Nullable Enode dialled) {
  static final Origin INBOUND = new Origin(null);

  boolean inbound() {
    return dialled == null;
  }
}
