package io.lesnode.les.server;

import io.lesnode.devp2p.DisconnectReason;
import io.lesnode.devp2p.PeerLink;
import io.lesnode.flowcontrol.CreditParams;
import io.lesnode.flowcontrol.cost.CostTable;
import io.lesnode.les.wire.LesCodec;
import io.lesnode.les.wire.LesError;
import io.lesnode.les.wire.LesMessage;
import io.lesnode.les.wire.LesVersion;
import io.lesnode.les.wire.LesWireException;
import org.apache.tuweni.bytes.Bytes;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection as the node loop sees it; confined to the node loop.
 *
 * <pre>
 * Accepted → AwaitingStatus → Serving    → Closed
 *                           → ServerLink →
 * </pre>
 */
final class ServedPeer {

  private static final Logger LOG = LoggerFactory.getLogger(ServedPeer.class);
  private static final long HANDSHAKE_NANOS = 5_000_000_000L;

  private final ServerState server;
  private final PeerLink link;
  private final LesVersion version;
  private final Backlog backlog;
  private PeerPhase phase = new PeerPhase.Accepted();
  private @Nullable Offer offer;

  /** Whether what was sent in this turn is yet to be flushed. */
  private boolean flushing;

  /** What our Status promised. */
  private record Offer(CreditParams params, CostTable costs, ServedHead head) {}

  ServedPeer(ServerState server, PeerLink link, LesVersion version, Backlog backlog) {
    this.server = server;
    this.link = link;
    this.version = version;
    this.backlog = backlog;
  }

  PeerLink link() {
    return link;
  }

  LesVersion version() {
    return version;
  }

  Backlog backlog() {
    return backlog;
  }

  PeerPhase phase() {
    return phase;
  }

  /** Greets the peer; what our Status promises is what the peer will be held to. */
  void onAccepted() {
    if (!server.handshake().serves(version)) {
      fail(new PeerFault.UnservedVersion(version));
      return;
    }
    CreditParams params = server.budget().model().defaultParams();
    CostTable costs = server.budget().costTable();
    offer = new Offer(params, costs, server.chain().head());
    send(server.handshake().status(version, offer.head(), params, costs));
    become(
        new PeerPhase.AwaitingStatus(
            server.loop().schedule(HANDSHAKE_NANOS, () -> fail(new PeerFault.HandshakeTimeout()))),
        "our Status is sent");
  }

  /** A message came; it is done with when this returns, unless it was admitted for serving. */
  void onMessage(Inbound inbound, int sizeBytes) {
    server.counters().onReceived(sizeBytes);
    boolean isUnderWay =
        switch (phase) {
          case PeerPhase.Accepted accepted -> throw new IllegalStateException("not greeted");
          case PeerPhase.AwaitingStatus waiting -> {
            onFirstMessage(inbound);
            yield false;
          }
          case PeerPhase.ServerLink idle -> {
            fail(new PeerFault.MessageFromServer());
            yield false;
          }
          case PeerPhase.Serving serving -> onClientMessage(serving.client(), inbound);
          case PeerPhase.Closed closed -> false;
        };
    if (!isUnderWay) {
      backlog.leave(sizeBytes);
    }
  }

  private void onFirstMessage(Inbound inbound) {
    switch (inbound) {
      case Inbound.Handshake handshake -> onStatus(handshake.status());
      case Inbound.Broken broken -> fail(breach(broken.problem()));
      case Inbound.Asked asked ->
          fail(breach(new LesWireException(LesError.NO_STATUS, "a request before Status")));
    }
  }

  private void onStatus(LesMessage.Status status) {
    Offer offered = offer;
    if (offered == null) {
      throw new IllegalStateException("no Status was sent");
    }
    Handshake.Verdict verdict;
    try {
      verdict = server.handshake().judge(version, status, server.chain().head());
    } catch (LesWireException e) {
      fail(breach(e));
      return;
    }
    switch (verdict) {
      case Handshake.Verdict.Server other -> linkServer();
      case Handshake.Verdict.Client client -> admit(client, offered);
    }
  }

  private void admit(Handshake.Verdict.Client wanted, Offer offered) {
    if (!server.isSynced()) {
      fail(new PeerFault.NotSynced());
      return;
    }
    if (server.clients().isConnected(link.remoteId().hash())) {
      fail(new PeerFault.AlreadyConnected());
      return;
    }
    ServedClient client =
        new ServedClient(
            server,
            this,
            wanted.announceType(),
            offered.params(),
            offered.costs(),
            offered.head().totalDifficulty());
    become(new PeerPhase.Serving(client), "the peer is a light client");
    server.clients().register(client);
    server.lastHead().ifPresent(client::announce);
  }

  private void linkServer() {
    if (server.addServerLink()) {
      become(new PeerPhase.ServerLink(), "the peer is a server");
    } else {
      fail(new PeerFault.TooManyServers());
    }
  }

  private boolean onClientMessage(ServedClient client, Inbound inbound) {
    return switch (inbound) {
      case Inbound.Asked asked -> {
        server.counters().onAsked(asked.request().kind(), asked.sizeBytes());
        yield client.onRequest(asked.request(), asked.sizeBytes());
      }
      case Inbound.Broken broken -> {
        fail(breach(broken.problem()));
        yield false;
      }
      case Inbound.Handshake again -> {
        fail(breach(new LesWireException(LesError.INVALID_MESSAGE_CODE, "a second Status")));
        yield false;
      }
    };
  }

  private PeerFault.Breach breach(LesWireException e) {
    return new PeerFault.Breach(
        e.error(), String.valueOf(e.getMessage()), phase instanceof PeerPhase.Serving);
  }

  /** Sends a message; false if it was lost because the connection ended or is stuffed. */
  boolean send(LesMessage message) {
    return send(message.code(), LesCodec.encode(message));
  }

  /** Sends an encoded message; false if it was lost. */
  boolean send(int code, Bytes payload) {
    server.counters().onSent(payload.size());
    if (!flushing) {
      flushing = true;
      server.loop().afterTurn(this::flush);
    }
    return link.queue(code, payload);
  }

  private void flush() {
    flushing = false;
    link.flush();
  }

  /** Ends the connection for a fault: the one place where faults turn into action. */
  void fail(PeerFault fault) {
    if (phase instanceof PeerPhase.Closed) {
      return;
    }
    ClientEvent.Kind kind = fault.kind();
    switch (kind) {
      case REFUSED -> server.counters().onRefused();
      case DROPPED -> server.counters().onError();
      case KICKED, FROZEN, RESUMED, CAPACITY -> {}
    }
    server.log().add(link, kind, fault.text());
    link.disconnect(fault.reason());
    become(new PeerPhase.Closed(), fault.text());
  }

  /** The connection has ended. */
  void onClosed(DisconnectReason reason) {
    if (!(phase instanceof PeerPhase.Closed)) {
      become(new PeerPhase.Closed(), reason.text());
    }
  }

  private void become(PeerPhase next, String why) {
    PeerPhase old = phase;
    phase = next;
    LOG.trace("{} is now {}: {}", link.remoteId(), next, why);
    if (old instanceof PeerPhase.AwaitingStatus waiting) {
      waiting.timeout().cancel();
    }
    if (next instanceof PeerPhase.Closed) {
      if (old instanceof PeerPhase.Serving serving) {
        serving.client().onClosed();
        server.clients().unregister(serving.client());
      }
      if (old instanceof PeerPhase.ServerLink) {
        server.removeServerLink();
      }
      server.onPeerClosed(this);
    }
  }
}
