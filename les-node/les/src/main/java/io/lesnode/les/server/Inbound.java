package io.lesnode.les.server;

import io.lesnode.les.wire.LesMessage;
import io.lesnode.les.wire.LesWireException;

/** A message from a peer as the channel loop hands it to the node loop. */
sealed interface Inbound {

  /** The handshake. */
  record Handshake(LesMessage.Status status) implements Inbound {}

  /** A request, with the size of its payload. */
  record Asked(LesMessage.Request request, int sizeBytes) implements Inbound {}

  /** Something that a light client may not send. */
  record Broken(LesWireException problem) implements Inbound {}
}
