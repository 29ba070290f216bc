package io.lesnode.les.client;

import io.lesnode.devp2p.DisconnectReason;
import io.lesnode.devp2p.NodeId;
import io.lesnode.devp2p.PeerLink;
import io.lesnode.flowcontrol.CreditParams;
import io.lesnode.flowcontrol.cost.RequestCost;
import io.lesnode.flowcontrol.cost.RequestKind;
import io.lesnode.les.wire.KeyValues;
import io.lesnode.les.wire.LesCodec;
import io.lesnode.les.wire.LesLimits;
import io.lesnode.les.wire.LesMessage;
import io.lesnode.les.wire.LesVersion;
import io.lesnode.les.wire.LesWireException;
import io.lesnode.les.wire.StatusKeys;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The protocol of the light client: what each message of a server means in the phase of its
 * connection. Confined to the client loop.
 */
final class LightNode {
  /** geth: handshakeTimeout. */
  static final long STATUS_TIMEOUT_NANOS = TimeUnit.SECONDS.toNanos(5);

  /**
   * A server that freezes us for longer gives bad service; geth's thaw within 1.3 s of idleness.
   */
  static final long FREEZE_LIMIT_NANOS = TimeUnit.SECONDS.toNanos(15);

  /** So often a server may freeze us before it answers something; then another one is better. */
  private static final int MAX_STOPS_WITHOUT_ANSWER = 5;

  /**
   * What an announcement counts beside its parameters, in bytes of the allowance: over 1,500 at
   * once, then three in two seconds. Differs from geth, which lets a server announce heads without
   * end (ByzantineServersTest, "ten thousand heavier and heavier heads").
   */
  private static final long ANNOUNCEMENT_BYTES = 64;

  /** Stop and Resume exist since this version. */
  private static final int FREEZE_SINCE_VERSION = 3;

  /** Hears what the servers claim about the chain. */
  interface HeadListener {
    /** A server became usable or claims a new head. */
    void onServerHead(ServerPeer server);

    /** A usable server is gone. */
    void onServerGone(ServerPeer server);

    /** A server said something that it may say. */
    default void onHeard(ServerPeer server) {}
  }

  private final ClientLoop loop;
  private final Handshake.LocalChain chain;
  private final ServerTable servers;
  private final Retriever retriever;
  private final HeadListener heads;
  private final Predicate<NodeId> trusted;

  /**
   * Speaks for a client.
   *
   * @param trusted whose heads count for agreement: they have to be signed, and a server that
   *     serves nothing else is welcome; nobody unless this is an ultra light client
   */
  LightNode(
      ClientLoop loop,
      Handshake.LocalChain chain,
      ServerTable servers,
      Retriever retriever,
      HeadListener heads,
      Predicate<NodeId> trusted) {
    this.loop = loop;
    this.chain = chain;
    this.servers = servers;
    this.retriever = retriever;
    this.heads = heads;
    this.trusted = trusted;
    servers.listen(this::onGone);
  }

  /** A connection came up; sends our Status. Null if it was refused. */
  @Nullable ServerPeer onOpened(PeerLink link, LesVersion version) {
    assert loop.isOwner() : "the light node belongs to the client loop";
    ServerPeer server = servers.open(link, version);
    if (server == null) {
      return null;
    }
    LesMessage.Status status = Handshake.ourStatus(version, chain, isTrusted(server));
    link.send(status.code(), LesCodec.encode(status));
    loop.schedule(STATUS_TIMEOUT_NANOS, () -> onStatusTimeout(server));
    return server;
  }

  private boolean isTrusted(ServerPeer server) {
    return trusted.test(server.id());
  }

  private void onStatusTimeout(ServerPeer server) {
    if (server.phase() instanceof ServerPeer.Phase.AwaitingStatus) {
      long waitedMillis = TimeUnit.NANOSECONDS.toMillis(STATUS_TIMEOUT_NANOS);
      servers.onFault(server, new ServerFault.Refused(new RefusalReason.NoStatus(waitedMillis)));
    }
  }

  /** A message could not be decoded. */
  void onBadMessage(ServerPeer server, LesWireException e) {
    if (server.phase() instanceof ServerPeer.Phase.AwaitingStatus) {
      String detail = String.valueOf(e.getMessage());
      servers.onFault(server, new ServerFault.Refused(new RefusalReason.BadStatus(detail)));
    } else {
      servers.onFault(server, new ServerFault.BadMessage(String.valueOf(e.getMessage())));
    }
  }

  /** The connection ended. */
  void onClosed(ServerPeer server, DisconnectReason reason, boolean byRemote) {
    servers.onClosed(server, reason, byRemote);
  }

  private void onGone(ServerPeer server) {
    retriever.onVoided(server);
    heads.onServerGone(server);
  }

  /** A message of a server. */
  void onMessage(ServerPeer server, LesMessage message) {
    assert loop.isOwner() : "the light node belongs to the client loop";
    switch (server.phase()) {
      case ServerPeer.Phase.AwaitingStatus a -> onFirstMessage(server, message);
      case ServerPeer.Phase.Active a -> onUsableMessage(server, message);
      case ServerPeer.Phase.Frozen f -> onUsableMessage(server, message);
      case ServerPeer.Phase.Closed c -> {}
    }
  }

  private void onFirstMessage(ServerPeer server, LesMessage message) {
    if (!(message instanceof LesMessage.Status status)) {
      servers.onFault(
          server,
          new ServerFault.Refused(
              new RefusalReason.BadStatus("message code " + message.code() + " came first")));
      return;
    }
    switch (Handshake.judge(server.version(), chain, status.values(), isTrusted(server))) {
      case Handshake.Verdict.Rejected(RefusalReason reason) ->
          servers.onFault(server, new ServerFault.Refused(reason));
      case Handshake.Verdict.Accepted(ServerTerms terms) -> {
        server.toActive(terms, loop.nowNanos());
        servers.onUsable(server);
        heads.onServerHead(server);
        retriever.onServersChanged();
      }
    }
  }

  private void onUsableMessage(ServerPeer server, LesMessage message) {
    heads.onHeard(server);
    switch (message) {
      case LesMessage.Announce announce -> onAnnounce(server, announce);
      case LesMessage.Reply reply -> {
        server.onReplyCredit(reply.requestId(), reply.bufferValue(), loop.nowNanos());
        retriever.onReply(server, reply);
      }
      case LesMessage.Stop stop -> onStop(server);
      case LesMessage.Resume resume -> onResume(server, resume);
      case LesMessage.Status status -> breach(server, "a second Status");
      case LesMessage.Request request ->
          breach(server, "a request (code " + request.code() + ") to a light client");
    }
  }

  private void breach(ServerPeer server, String detail) {
    servers.onFault(server, new ServerFault.BadMessage(detail));
  }

  private void onStop(ServerPeer server) {
    if (server.version().number() < FREEZE_SINCE_VERSION) {
      breach(server, "Stop before les/3");
      return;
    }
    if (server.phase() instanceof ServerPeer.Phase.Frozen) {
      return;
    }
    server.toFrozen(loop.nowNanos());
    if (server.stopsWithoutAnswer() > MAX_STOPS_WITHOUT_ANSWER) {
      servers.onFault(
          server,
          new ServerFault.TooSlow(
              "it stopped us %d times and answered nothing"
                  .formatted(server.stopsWithoutAnswer())));
      return;
    }
    ServerPeer.Phase frozen = server.phase();
    loop.schedule(FREEZE_LIMIT_NANOS, () -> onFreezeTimeout(server, frozen));
    retriever.onVoided(server);
  }

  private void onFreezeTimeout(ServerPeer server, ServerPeer.Phase frozen) {
    if (server.phase() == frozen) {
      servers.onFault(server, new ServerFault.TooSlow("no Resume after Stop"));
    }
  }

  private void onResume(ServerPeer server, LesMessage.Resume resume) {
    if (server.version().number() < FREEZE_SINCE_VERSION) {
      breach(server, "Resume before les/3");
      return;
    }
    if (server.phase() instanceof ServerPeer.Phase.Frozen) {
      server.toResumed(resume.bufferValue(), loop.nowNanos());
      retriever.onServersChanged();
    }
  }

  private void onAnnounce(ServerPeer server, LesMessage.Announce announce) {
    long now = loop.nowNanos();
    long sizeBytes = ANNOUNCEMENT_BYTES + announce.update().sizeBytes();
    if (!server.updateAllowance().take(sizeBytes, now)) {
      breach(server, "too many announcements or too many bytes of announced parameters");
      return;
    }
    try {
      applyParameters(server, announce.update(), now);
    } catch (LesWireException e) {
      breach(server, String.valueOf(e.getMessage()));
      return;
    }
    if (announce.hasHead() && server.isUsable()) {
      onAnnouncedHead(server, announce);
    }
  }

  private void applyParameters(ServerPeer server, KeyValues update, long now) {
    if (update.contains(StatusKeys.MIN_RECHARGE) && update.contains(StatusKeys.BUFFER_LIMIT)) {
      long bufferLimit = update.requireUnsignedLong(StatusKeys.BUFFER_LIMIT);
      long minRecharge = update.requireUnsignedLong(StatusKeys.MIN_RECHARGE);
      if (CreditTerms.isSane(bufferLimit, minRecharge)) {
        server.updateCredit(new CreditParams(bufferLimit, minRecharge), now);
        retriever.onServersChanged();
      } else {
        servers.onFault(
            server,
            new ServerFault.Refused(new RefusalReason.Useless("it announced unusable credit")));
        return;
      }
    }
    if (update.contains(StatusKeys.REQUEST_COSTS)) {
      Map<RequestKind, RequestCost> costs =
          Handshake.costsOf(update.requestCosts(StatusKeys.REQUEST_COSTS).orElse(List.of()));
      server.updateTerms(server.terms().withCosts(costs));
      servers.keeper().onCosts(server);
    }
  }

  private void onAnnouncedHead(ServerPeer server, LesMessage.Announce announce) {
    if (announce.headTd().bitLength() > LesLimits.MAX_TOTAL_DIFFICULTY_BITS) {
      breach(server, "a total difficulty of " + announce.headTd().bitLength() + " bits");
      return;
    }
    if (announce.headNumber() < 0) {
      breach(server, "a head number beyond 2^63");
      return;
    }
    String signatureFault =
        isTrusted(server) ? AnnouncementSignature.fault(server.id(), announce) : null;
    if (signatureFault != null) {
      servers.onFault(server, new ServerFault.Lie("it announced " + signatureFault));
      return;
    }
    if (announce.headTd().compareTo(server.head().totalDifficulty()) <= 0) {
      servers.onFault(
          server, new ServerFault.Lie("it announced a head that is not heavier than its last one"));
      return;
    }
    server.setHead(
        new AnnouncedHead(announce.headHash(), announce.headNumber(), announce.headTd()));
    heads.onServerHead(server);
    retriever.onServersChanged();
  }
}
