package io.lesnode.les.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.lesnode.chain.index.HelperTrie;
import io.lesnode.devp2p.DisconnectReason;
import io.lesnode.devp2p.NodeId;
import io.lesnode.flowcontrol.cost.RequestKind;
import io.lesnode.les.wire.KeyValues;
import io.lesnode.les.wire.LesCodec;
import io.lesnode.les.wire.LesLimits;
import io.lesnode.les.wire.LesMessage;
import io.lesnode.les.wire.LesVersion;
import io.lesnode.les.wire.StatusKeys;
import io.lesnode.les.wire.WireVectors;
import io.lesnode.primitives.crypto.Keccak;
import io.lesnode.primitives.crypto.Secp256k1;
import io.lesnode.primitives.crypto.Signature;
import io.lesnode.primitives.rlp.RlpReader;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;

/**
 * Plays the client's part of recorded sessions against our server on a manual clock, and compares
 * what our server sends with what geth sent: message by message and byte by byte, buffer values
 * aside.
 */
final class Replay {

  private static final long MILLI_NANOS = 1_000_000;
  private static final long PATIENCE_NANOS = 4_000_000_000L;

  private static final long QUICK_NANOS = 50_000;

  /**
   * Serving times that overrun the credit where geth's client overran it: the bucket is not full
   * again when the oversized request comes, and bodies take longer than the burst.
   */
  private static final long FREEZE_HEADER_NANOS = 350_000;

  private static final long FREEZE_BODY_NANOS = 5_000_000;

  private final String name;
  private final ServedChain chain;
  private final ManualLoop loop;
  private final ServerState state;
  private final AdminDesk desk;
  private final Map<String, Session> sessions = new HashMap<>();
  private int compared;
  private int silences;
  private int closes;
  private final List<String> emptyAnswers = new ArrayList<>();

  private static final class Session {
    final LesVersion version;
    final FakeLink link;
    final ServerSession channel;
    final Map<Long, LesMessage.GetHelperTrieProofs> helperTrieRequests = new HashMap<>();
    String lastCase = "";
    boolean clientLeft;

    Session(LesVersion version, FakeLink link, ServerSession channel) {
      this.version = version;
      this.link = link;
      this.channel = channel;
    }
  }

  Replay(String name, ServedChain chain, TransactionRelay pool, long networkId) {
    this.name = name;
    this.chain = chain;
    SimServer server =
        SimServer.of(LesServerConfig.of(networkId, 100, 50), chain, pool, this::servingNanos);
    loop = server.loop;
    state = server.state;
    desk = server.desk;
  }

  private long servingNanos(RequestKind kind) {
    if (!name.startsWith("freeze")) {
      return QUICK_NANOS;
    }
    return kind == RequestKind.BODIES ? FREEZE_BODY_NANOS : FREEZE_HEADER_NANOS;
  }

  String name() {
    return name;
  }

  int compared() {
    return compared;
  }

  int silences() {
    return silences;
  }

  int closes() {
    return closes;
  }

  /** The requests for missing helper tries that were answered empty, which geth left unanswered. */
  List<String> emptyAnswers() {
    return emptyAnswers;
  }

  ServerState state() {
    return state;
  }

  void apply(JsonNode line) {
    loop.advanceTo((long) (line.path("tMs").asDouble() * MILLI_NANOS));
    String at = name + " seq " + line.path("seq");
    String session = line.path("session").asText();
    switch (line.path("dir").asText()) {
      case "note" -> note(line, at);
      case "c2s" -> fromClient(session(session), line);
      case "s2c" -> fromServer(session(session), line, at);
      default -> throw new AssertionError("unknown direction in " + line);
    }
  }

  private Session session(String session) {
    Session found = sessions.get(session);
    if (found == null) {
      throw new AssertionError("no session " + session);
    }
    return found;
  }

  private void note(JsonNode line, String at) {
    switch (line.path("event").asText()) {
      case "connect" -> connect(line);
      case "case" -> {
        if (line.has("session")) {
          session(line.path("session").asText()).lastCase = line.path("desc").asText();
        }
      }
      case "noReply" -> noReply(session(line.path("session").asText()), line, at);
      case "stillOpen" -> {
        Session open = session(line.path("session").asText());
        loop.run();
        assertThat(open.link.disconnected()).as(at).isNull();
        assertThat(open.link.sent()).as(at).isEmpty();
      }
      case "rpc" -> rpc(line, at);
      case "closed" -> closed(session(line.path("session").asText()), line, at);
      default -> {}
    }
  }

  private void connect(JsonNode line) {
    LesVersion version = WireVectors.version(line);
    String id = line.path("clientNodeId").asText();
    NodeId clientId = id.isEmpty() ? NodeId.of(SimServer.NODE_KEY.publicKey()) : NodeId.fromHex(id);
    FakeLink link = new FakeLink(clientId);
    Backlog backlog = new Backlog(link);
    ServedPeer peer = new ServedPeer(state, link, version, backlog);
    loop.execute(() -> state.onPeerAccepted(peer));
    loop.run();
    sessions.put(
        line.path("session").asText(),
        new Session(version, link, new ServerSession(version, backlog, loop, peer)));
  }

  private void fromClient(Session session, JsonNode line) {
    if (line.path("proto").asText().equals("p2p")) {
      if (line.path("name").asText().equals("Disconnect")) {
        session.clientLeft = true;
        session.channel.onClosed(DisconnectReason.QUITTING, true);
        loop.run();
      }
      return;
    }
    int code = line.path("code").asInt();
    if (code < session.version.messageCount()) {
      if (code == RequestKind.HELPER_TRIE_PROOFS.code()) {
        noteHelperTrieRequest(session, line);
      }
      session.channel.onMessage(code, WireVectors.payload(line));
      loop.run();
    } // else the network layer has ended the connection
  }

  private void fromServer(Session session, JsonNode line, String at) {
    if (line.path("proto").asText().equals("p2p")) {
      if (line.path("name").asText().equals("Disconnect") && !session.clientLeft) {
        awaitDisconnect(session);
        DisconnectReason reason = session.link.disconnected();
        assertThat(reason).as("%s (%s)", at, session.lastCase).isNotNull();
        assertThat(java.util.Objects.requireNonNull(reason).code())
            .as("%s (%s)", at, session.lastCase)
            .isEqualTo(line.path("summary").path("reason").asInt());
        closes++;
      }
      return;
    }
    int code = line.path("code").asInt();
    if (isRacy(session, code)) {
      return;
    }
    if (code != LesMessage.Status.CODE && name.startsWith("geth-light-client")) {
      bringForward(session, withoutBufferValue(WireVectors.payload(line)).requestId());
    }
    FakeLink.Sent sent = await(session, at + " expects " + line.path("name").asText());
    assertThat(sent.code()).as(at).isEqualTo(code);
    compare(session, code, sent.payload(), WireVectors.payload(line), at);
    compared++;
  }

  /** Requests that a client sends all at once are answered by several threads, in any order. */
  private void bringForward(Session session, long requestId) {
    loop.run();
    for (FakeLink.Sent sent : session.link.sent()) {
      if (withoutBufferValue(sent.payload()).requestId() == requestId) {
        session.link.sent().remove(sent);
        session.link.sent().addFirst(sent);
        return;
      }
    }
  }

  /** Whether geth's message depended on a race that ours may decide otherwise. */
  private boolean isRacy(Session session, int code) {
    boolean isReplyAmidstBurst =
        session.lastCase.equals("burst of requests") && code == LesMessage.BlockBodies.CODE;
    // geth notices the 21st invalid item with the next message or the one after it
    boolean isReplyAfterTolerance =
        session.lastCase.equals("too many invalid requests")
            && session.link.disconnected() != null
            && session.link.sent().isEmpty();
    return isReplyAmidstBurst || isReplyAfterTolerance;
  }

  private void awaitDisconnect(Session session) {
    long until = loop.nowNanos() + PATIENCE_NANOS;
    while (session.link.disconnected() == null && loop.nowNanos() < until) {
      loop.advance(MILLI_NANOS);
    }
  }

  private FakeLink.Sent await(Session session, String at) {
    long until = loop.nowNanos() + PATIENCE_NANOS;
    boolean skipsBodies = session.lastCase.equals("burst of requests");
    while (loop.nowNanos() < until) {
      loop.run();
      FakeLink.Sent sent = session.link.sent().poll();
      if (sent != null && !(skipsBodies && sent.code() == LesMessage.BlockBodies.CODE)) {
        return sent;
      }
      if (sent == null) {
        loop.advance(MILLI_NANOS / 10);
      }
    }
    throw new AssertionError(
        at + ", but nothing came (disconnected: " + session.link.disconnected() + ")");
  }

  private static void noteHelperTrieRequest(Session session, JsonNode line) {
    LesMessage message =
        LesCodec.decode(
            session.version, RequestKind.HELPER_TRIE_PROOFS.code(), WireVectors.payload(line));
    if (message instanceof LesMessage.GetHelperTrieProofs request
        && request.amount() > 0
        && request.amount() <= LesLimits.maxItems(RequestKind.HELPER_TRIE_PROOFS)) {
      session.helperTrieRequests.put(request.requestId(), request);
    }
  }

  /**
   * Nothing may come, but for the one difference on purpose: helper tries that are not here are
   * answered empty (docs/differences.md).
   */
  private void noReply(Session session, JsonNode line, String at) {
    loop.run();
    long requestId = line.path("reqID").asLong();
    LesMessage.GetHelperTrieProofs request = session.helperTrieRequests.get(requestId);
    if (request != null) {
      assertThat(request.queries()).as(at).anyMatch(this::isNotHere);
      FakeLink.Sent sent = await(session, at + " expects an empty answer");
      assertThat(LesCodec.decode(session.version, sent.code(), sent.payload()))
          .as(at)
          .isInstanceOfSatisfying(
              LesMessage.HelperTrieProofs.class,
              reply -> {
                assertThat(reply.requestId()).as(at).isEqualTo(requestId);
                assertThat(reply.nodes()).as(at).isEmpty();
                assertThat(reply.auxiliary()).as(at).isEmpty();
              });
      emptyAnswers.add(line.path("desc").asText());
      return;
    }
    for (FakeLink.Sent sent : session.link.sent()) {
      if (LesCodec.decode(session.version, sent.code(), sent.payload())
          instanceof LesMessage.Reply reply) {
        assertThat(reply.requestId()).as(at).isNotEqualTo(requestId);
      }
    }
    silences++;
  }

  private boolean isNotHere(LesMessage.HelperTrieQuery query) {
    try (ServedView view = chain.openView()) {
      return switch ((int) query.type()) {
        case 0 -> view.helperTrie(HelperTrie.CHT, query.section()).isEmpty();
        case 1 -> view.helperTrie(HelperTrie.BLOOM, query.section()).isEmpty();
        default -> true;
      };
    }
  }

  private void closed(Session session, JsonNode line, String at) {
    loop.run();
    boolean byClient = session.clientLeft || line.path("error").asText().contains("client");
    if (byClient) {
      assertThat(session.link.disconnected()).as(at).isNull();
      session.channel.onClosed(DisconnectReason.REQUESTED, true);
    } else if (!session.lastCase.equals("code out of range")) {
      assertThat(session.link.disconnected()).as("%s (%s)", at, session.lastCase).isNotNull();
      session.channel.onClosed(DisconnectReason.REQUESTED, false);
    }
    loop.run();
  }

  /** Repeats a change of capacity, if the line notes one. */
  void setCapacity(JsonNode line) {
    if (!line.path("method").asText().equals("les_setClientParams")) {
      return;
    }
    long capacity = line.path("params").path(1).path("capacity").asLong();
    List<Bytes32> ids = new ArrayList<>();
    line.path("params").path(0).forEach(id -> ids.add(Bytes32.fromHexString(id.asText())));
    desk.setClientParams(ids, ClientParams.ofCapacity(capacity));
  }

  /** What the operator asked of geth gives the same numbers here. */
  private void rpc(JsonNode line, String at) {
    JsonNode result = line.path("result");
    switch (line.path("method").asText()) {
      case "les_addBalance" -> {
        Bytes32 id = Bytes32.fromHexString(line.path("params").path(0).asText());
        BalanceChange change =
            desk.addBalance(
                id, line.path("params").path(1).asLong(), failure -> assertThat(failure).isEmpty());
        assertThat(change)
            .as(at)
            .isEqualTo(new BalanceChange(result.path(0).asLong(), result.path(1).asLong()));
      }
      case "les_serverInfo" -> {
        ServerInfo info = desk.serverInfo();
        assertThat(
                List.of(
                    info.minimumCapacity(),
                    info.maximumCapacity(),
                    info.totalCapacity(),
                    info.totalConnectedCapacity()))
            .as(at)
            .isEqualTo(
                Stream.of(
                        "minimumCapacity",
                        "maximumCapacity",
                        "totalCapacity",
                        "totalConnectedCapacity")
                    .map(name -> result.path(name).asLong())
                    .toList());
      }
      case "les_clientInfo" ->
          result
              .properties()
              .forEach(
                  entry -> {
                    Bytes32 id = Bytes32.fromHexString(entry.getKey());
                    ClientInfo info = desk.clientInfo(List.of(id)).get(id);
                    assertThat(info).as(at).isNotNull();
                    assertThat(info.isConnected())
                        .isEqualTo(entry.getValue().path("isConnected").asBoolean());
                    assertThat(info.hasPriority())
                        .isEqualTo(entry.getValue().path("priority").asBoolean());
                    assertThat(info.connection().orElseThrow().capacity())
                        .as(at)
                        .isEqualTo(entry.getValue().path("capacity").asLong());
                  });
      default -> {}
    }
  }

  private void compare(Session session, int code, Bytes ours, Bytes geths, String at) {
    switch (code) {
      case LesMessage.Status.CODE -> compareStatus(session, ours, geths, at);
      case LesMessage.Announce.CODE -> compareAnnounce(session, ours, geths, at);
      case LesMessage.Stop.CODE -> assertThat(ours).as(at).isEqualTo(geths);
      case LesMessage.Resume.CODE -> assertThat(ours.size()).as(at).isPositive();
      default -> {
        assertThat(withoutBufferValue(ours)).as(at).isEqualTo(withoutBufferValue(geths));
        LesMessage.Reply reply = (LesMessage.Reply) LesCodec.decode(session.version, code, ours);
        assertThat(reply.bufferValue())
            .as(at)
            .isBetween(0L, state.budget().model().defaultParams().bufferLimit() * 2);
      }
    }
  }

  private record ReplyBody(long requestId, Bytes body) {}

  private static ReplyBody withoutBufferValue(Bytes reply) {
    return RlpReader.decode(
        reply,
        reader ->
            reader.readList(
                list -> {
                  long requestId = list.readUnsignedLong();
                  list.skip();
                  return new ReplyBody(requestId, list.readRaw());
                }));
  }

  /** Equal keys in equal order and equal values; the order of the cost table is arbitrary. */
  private static void compareStatus(Session session, Bytes ours, Bytes geths, String at) {
    KeyValues our = status(session, ours);
    KeyValues geth = status(session, geths);
    assertThat(our.entries().stream().map(KeyValues.Entry::key))
        .as(at)
        .containsExactlyElementsOf(geth.entries().stream().map(KeyValues.Entry::key).toList());
    for (KeyValues.Entry entry : geth.entries()) {
      if (!entry.key().equals(StatusKeys.REQUEST_COSTS)) {
        assertThat(our.raw(entry.key())).as("%s %s", at, entry.key()).contains(entry.value());
      }
    }
    assertThat(new HashSet<>(our.requestCosts(StatusKeys.REQUEST_COSTS).orElseThrow()))
        .as(at)
        .isEqualTo(new HashSet<>(geth.requestCosts(StatusKeys.REQUEST_COSTS).orElseThrow()));
  }

  private static KeyValues status(Session session, Bytes payload) {
    return ((LesMessage.Status) LesCodec.decode(session.version, 0, payload)).values();
  }

  /** Equal bytes, but for the signature, which must be ours. */
  private void compareAnnounce(Session session, Bytes ours, Bytes geths, String at) {
    LesMessage.Announce our = announce(session, ours);
    LesMessage.Announce geth = announce(session, geths);
    if (!geth.update().contains(StatusKeys.SIGNATURE)) {
      assertThat(ours).as(at).isEqualTo(geths);
      return;
    }
    assertThat(List.of(our.headHash(), our.headNumber(), our.headTd(), our.reorgDepth()))
        .as(at)
        .isEqualTo(List.of(geth.headHash(), geth.headNumber(), geth.headTd(), geth.reorgDepth()));
    Signature signature =
        Signature.fromBytes65(our.update().bytes(StatusKeys.SIGNATURE).orElseThrow());
    Bytes32 digest = Keccak.keccak256(LesCodec.announcementToSign(our));
    assertThat(Secp256k1.instance().recover(digest, signature))
        .as(at)
        .contains(SimServer.NODE_KEY.publicKey());
  }

  private static LesMessage.Announce announce(Session session, Bytes payload) {
    return (LesMessage.Announce)
        LesCodec.decode(session.version, LesMessage.Announce.CODE, payload);
  }
}
