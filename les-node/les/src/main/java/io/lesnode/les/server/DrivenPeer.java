package io.lesnode.les.server;

import io.lesnode.devp2p.DisconnectReason;
import io.lesnode.flowcontrol.server.ClientCredit;
import io.lesnode.les.wire.LesError;
import io.lesnode.les.wire.LesMessage;
import io.lesnode.les.wire.LesWireException;
import org.jspecify.annotations.Nullable;

/**
 * A connection of a {@link DrivenServer}: the host hands over what arrives, decoded; what the
 * server sends goes to the link. Confined to the host's loop.
 */
public final class DrivenPeer {

  private final ServerState server;
  private final ServedPeer peer;
  private final Backlog backlog;

  /** Whom the peer became; stays when the connection is over. */
  private @Nullable ServedClient client;

  DrivenPeer(ServerState server, ServedPeer peer, Backlog backlog) {
    this.server = server;
    this.peer = peer;
    this.backlog = backlog;
  }

  /**
   * A message arrives: Status first, then requests.
   *
   * @param sizeBytes the size of its payload
   */
  public void onMessage(LesMessage message, int sizeBytes) {
    backlog.enter(sizeBytes);
    Inbound inbound =
        switch (message) {
          case LesMessage.Status status -> new Inbound.Handshake(status);
          case LesMessage.Request request -> new Inbound.Asked(request, sizeBytes);
          case LesMessage other ->
              new Inbound.Broken(
                  new LesWireException(
                      LesError.INVALID_MESSAGE_CODE, "0x" + Integer.toHexString(other.code())));
        };
    peer.onMessage(inbound, sizeBytes);
    if (peer.phase() instanceof PeerPhase.Serving serving) {
      client = serving.client();
    }
  }

  /** The peer's socket takes more, or does not. */
  public void onWritabilityChanged(boolean writable) {
    backlog.setWritable(writable);
  }

  /** The connection has ended, also when the server ended it. */
  public void onClosed(DisconnectReason reason) {
    peer.onClosed(reason);
  }

  /** Whether it is being served, or waits for capacity. */
  public boolean isClient() {
    return peer.phase() instanceof PeerPhase.Serving;
  }

  /** What the client pool gave it; 0: nothing, or it is no client. */
  public long capacity() {
    return client != null && isClient() ? client.capacity() : 0;
  }

  /** Whether its requests are void at present. */
  public boolean isFrozen() {
    return client != null && isClient() && client.isFrozen();
  }

  /** Its bucket; (0, 0) unless it is a client. */
  public ClientCredit.BufferStatus bufferStatus() {
    return client != null && isClient()
        ? client.bufferStatus(server.loop().nowNanos())
        : new ClientCredit.BufferStatus(0, 0);
  }

  /** The most that a reported buffer value may be; 0 before it is a client. */
  public long bufferLimit() {
    return client == null ? 0 : client.bufferLimit();
  }

  /** What all requests that were answered cost together, in cost units. */
  public long servedCost() {
    return client == null ? 0 : client.servedCost();
  }

  /** Admitted requests whose cost is not settled, also after the connection is over. */
  public int unsettledTickets() {
    return client == null ? 0 : client.unsettledTickets();
  }

  /** Admitted requests without an answer, also after the connection is over. */
  public int requestsUnderWay() {
    return client == null ? 0 : client.requestsUnderWay();
  }

  /** Messages that arrived and are not done with. */
  public int backlogMessages() {
    return backlog.messages();
  }
}
