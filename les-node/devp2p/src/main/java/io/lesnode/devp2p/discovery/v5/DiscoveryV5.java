package io.lesnode.devp2p.discovery.v5;

import io.lesnode.devp2p.discovery.table.AddressRules;
import io.lesnode.devp2p.discovery.table.DiscoveryLoop;
import io.lesnode.devp2p.discovery.table.Distance;
import io.lesnode.devp2p.discovery.table.KnownNode;
import io.lesnode.devp2p.discovery.table.NodeQueries;
import io.lesnode.devp2p.discovery.table.NodeTable;
import io.lesnode.devp2p.discovery.table.NodeWalk;
import io.lesnode.devp2p.discovery.table.Target;
import io.lesnode.devp2p.discovery.v5.MessageV5.FindNode;
import io.lesnode.devp2p.discovery.v5.MessageV5.Nodes;
import io.lesnode.devp2p.discovery.v5.MessageV5.Ping;
import io.lesnode.devp2p.discovery.v5.MessageV5.Pong;
import io.lesnode.devp2p.discovery.v5.MessageV5.TalkRequest;
import io.lesnode.devp2p.discovery.v5.MessageV5.TalkResponse;
import io.lesnode.devp2p.discovery.v5.PacketsV5.Incoming;
import io.lesnode.devp2p.discovery.v5.Sessions.Remote;
import io.lesnode.devp2p.enr.NodeRecord;
import io.lesnode.primitives.crypto.KeyPair;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.jspecify.annotations.Nullable;

/**
 * Discovery v5.1: answers packets and asks other nodes (geth p2p/discover/v5_udp.go). Confined to
 * the discovery loop.
 *
 * <p>A stranger gets a WHOAREYOU of 63 bytes, never more than it sent; everything else travels
 * under the keys of a session, whose making proves identity and endpoint. One question is under way
 * per node, others wait their turn.
 */
public final class DiscoveryV5 implements NodeQueries {
  private static final long ANSWER_LIMIT_NANOS = TimeUnit.MILLISECONDS.toNanos(700);

  /** Packets of one NODES answer that are read. */
  private static final int NODES_PACKETS_MAX = 5;

  private static final int NODES_PER_ANSWER = 16;
  private static final int RECORDS_PER_PACKET = 3;
  private static final int LOOKUP_DISTANCES = 3;

  /** Open questions, waiting ones included; more are refused with silence. */
  private static final int QUESTIONS_MAX = 256;

  private static final class Question {
    final KnownNode node;
    final Remote remote;
    final MessageV5 message;
    final Class<? extends MessageV5> type;

    /** Takes an answer and says whether it was the last one. */
    final Answer answer;

    Bytes nonce = Bytes.EMPTY;
    boolean shookHands;
    int sends;

    Question(KnownNode node, MessageV5 message, Class<? extends MessageV5> type, Answer answer) {
      this.node = node;
      this.remote = new Remote(node.hash(), node.endpoint());
      this.message = message;
      this.type = type;
      this.answer = answer;
    }
  }

  /** Hears the answers to a question. */
  private interface Answer {
    /** Whether more packets are to come. */
    boolean takes(MessageV5 message);

    /** Runs once at the end, also after silence. */
    void end();
  }

  private final SecureRandom random;
  private final Bytes32 selfHash;
  private final Supplier<NodeRecord> self;
  private final NodeTable table;
  private final AddressRules rules;
  private final DiscoveryLoop loop;
  private final Map<String, TalkHandler> talk;
  private final PacketsV5 packets;

  /** In the order of asking; the first one of a node is under way. */
  private final Set<Question> questions = new LinkedHashSet<>();

  private @Nullable NodeWalk walk;

  /**
   * Prepares the protocol.
   *
   * @param key our identity
   * @param self our record as it is now
   * @param talk who answers TALKREQ, by protocol
   */
  public DiscoveryV5(
      KeyPair key,
      Supplier<NodeRecord> self,
      NodeTable table,
      AddressRules rules,
      DiscoveryLoop loop,
      Map<String, TalkHandler> talk,
      SecureRandom random) {
    this.selfHash = self.get().nodeAddress();
    this.self = self;
    this.table = table;
    this.rules = rules;
    this.loop = loop;
    this.talk = Map.copyOf(talk);
    this.random = random;
    this.packets = new PacketsV5(key, self, random);
  }

  /** Tells a walk of the nodes that speak to us. */
  public void feed(NodeWalk consumer) {
    this.walk = consumer;
  }

  /** Shakes hands with itself, so that all the code is loaded before a stranger waits. */
  public void warmUp() {
    packets.warmUp();
  }

  // ---- packets -------------------------------------------------------------------------------

  /** Handles a datagram; bytes that are no v5 packet for us are dropped. */
  public void onPacket(InetSocketAddress from, Bytes datagram) {
    if (!rules.allows(from.getAddress())) {
      return;
    }
    switch (packets.read(from, datagram, loop.nowNanos())) {
      case Incoming.Dropped() -> {}
      case Incoming.Unreadable(Bytes32 node, Bytes nonce) -> {
        if (!node.equals(selfHash)) {
          NodeRecord known = table.node(node).map(KnownNode::record).orElse(null);
          loop.send(from, packets.whoAreYou(new Remote(node, from), nonce, known, loop.nowNanos()));
        }
      }
      case Incoming.WhoAreYou challenge -> onWhoAreYou(from, challenge);
      case Incoming.Received(Bytes32 node, MessageV5 message, NodeRecord record) -> {
        onMessage(new Remote(node, from), message);
        if (record != null) {
          onSession(from, record);
        }
      }
    }
  }

  /** Its record is known now; the table asks it to answer before it believes the endpoint. */
  private void onSession(InetSocketAddress from, NodeRecord record) {
    NodeWalk consumer = walk;
    if (consumer != null) {
      KnownNode.of(record)
          .filter(node -> rules.believes(from.getAddress(), node))
          .ifPresent(consumer::onSeen);
    }
  }

  private void onWhoAreYou(InetSocketAddress from, Incoming.WhoAreYou challenge) {
    for (Question question : questions) {
      if (question.nonce.equals(challenge.requestNonce())
          && question.remote.endpoint().equals(from)
          && !question.shookHands) {
        question.shookHands = true;
        send(
            question,
            packets.handshake(
                question.remote, question.node.id().publicKey(), challenge, question.message));
        return;
      }
    }
  }

  private void onMessage(Remote from, MessageV5 message) {
    switch (message) {
      case Ping ping ->
          reply(
              from,
              new Pong(
                  ping.requestId(),
                  self.get().seq(),
                  Bytes.wrap(from.endpoint().getAddress().getAddress()),
                  from.endpoint().getPort()));
      case FindNode findNode -> onFindNode(from, findNode);
      case TalkRequest request -> onTalk(from, request);
      case Pong pong -> onAnswer(from, pong);
      case Nodes nodes -> onAnswer(from, nodes);
      case TalkResponse response -> onAnswer(from, response);
    }
  }

  private void onTalk(Remote from, TalkRequest request) {
    String protocol = new String(request.protocol().toArrayUnsafe(), StandardCharsets.ISO_8859_1);
    TalkHandler handler = talk.get(protocol);
    if (handler == null) {
      reply(from, new TalkResponse(request.requestId(), Bytes.EMPTY));
      return;
    }
    handler.onRequest(
        from.hash(),
        from.endpoint(),
        request.request(),
        answer -> loop.after(0, () -> reply(from, new TalkResponse(request.requestId(), answer))));
  }

  private void reply(Remote to, MessageV5 message) {
    if (packets.hasSession(to)) {
      loop.send(to.endpoint(), packets.message(to, message).packet());
    }
  }

  private void onFindNode(Remote from, FindNode question) {
    List<NodeRecord> records = new ArrayList<>();
    for (int distance : new LinkedHashSet<>(question.distances())) {
      if (distance == 0) {
        records.add(self.get());
      } else if (distance <= Distance.MAX) {
        for (KnownNode node : table.at(distance)) {
          NodeRecord record = node.record();
          if (record != null && rules.believes(from.endpoint().getAddress(), node.address())) {
            records.add(record);
          }
        }
      }
    }
    List<NodeRecord> few = records.subList(0, Math.min(records.size(), NODES_PER_ANSWER));
    int total = Math.max(1, (few.size() + RECORDS_PER_PACKET - 1) / RECORDS_PER_PACKET);
    for (int i = 0; i < total; i++) {
      int start = i * RECORDS_PER_PACKET;
      int end = Math.min(few.size(), start + RECORDS_PER_PACKET);
      reply(from, new Nodes(question.requestId(), total, few.subList(start, end)));
    }
  }

  private void onAnswer(Remote from, MessageV5 message) {
    for (Question question : questions) {
      if (question.remote.equals(from)
          && question.type == message.getClass()
          && question.message.requestId().equals(message.requestId())) {
        if (question.answer.takes(message)) {
          startTimer(question);
        } else {
          end(question);
        }
        return;
      }
    }
  }

  // ---- questions -----------------------------------------------------------------------------

  private void ask(
      KnownNode node, MessageV5 message, Class<? extends MessageV5> type, Answer answer) {
    if (questions.size() >= QUESTIONS_MAX || !rules.allows(node.address())) {
      loop.after(0, answer::end);
      return;
    }
    Question question = new Question(node, message, type, answer);
    boolean isFirst = questions.stream().noneMatch(open -> open.remote.hash().equals(node.hash()));
    questions.add(question);
    if (isFirst) {
      send(question, packets.message(question.remote, message));
    }
  }

  private void send(Question question, PacketsV5.Outgoing outgoing) {
    question.nonce = outgoing.nonce();
    loop.send(question.remote.endpoint(), outgoing.packet());
    startTimer(question);
  }

  private void startTimer(Question question) {
    int send = ++question.sends;
    loop.after(
        ANSWER_LIMIT_NANOS,
        () -> {
          if (question.sends == send && questions.contains(question)) {
            end(question);
          }
        });
  }

  private void end(Question question) {
    questions.remove(question);
    question.answer.end();
    for (Question next : questions) {
      if (next.remote.hash().equals(question.remote.hash())) {
        if (next.sends == 0) {
          send(next, packets.message(next.remote, next.message));
        }
        return;
      }
    }
  }

  private Bytes requestId() {
    byte[] id = new byte[MessageV5.REQUEST_ID_BYTES_MAX];
    random.nextBytes(id);
    return Bytes.wrap(id);
  }

  /** Keeps the one answer. */
  private static final class OneAnswer implements Answer {
    private final Consumer<Optional<MessageV5>> consumer;
    private @Nullable MessageV5 received;

    OneAnswer(Consumer<Optional<MessageV5>> consumer) {
      this.consumer = consumer;
    }

    @Override
    public boolean takes(MessageV5 message) {
      received = message;
      return false;
    }

    @Override
    public void end() {
      consumer.accept(Optional.ofNullable(received));
    }
  }

  @Override
  public void ping(KnownNode node, Consumer<OptionalLong> answer) {
    ask(
        node,
        new Ping(requestId(), self.get().seq()),
        Pong.class,
        new OneAnswer(
            message ->
                answer.accept(
                    message.orElse(null) instanceof Pong pong
                        ? OptionalLong.of(pong.seq())
                        : OptionalLong.empty())));
  }

  /** Sends a TALKREQ; empty for silence, an answer of no bytes for a refusal. */
  public void talk(
      KnownNode node, String protocol, Bytes request, Consumer<Optional<Bytes>> answer) {
    Bytes name = Bytes.wrap(protocol.getBytes(StandardCharsets.ISO_8859_1));
    ask(
        node,
        new TalkRequest(requestId(), name, request),
        TalkResponse.class,
        new OneAnswer(
            message ->
                answer.accept(message.map(response -> ((TalkResponse) response).response()))));
  }

  @Override
  public void findNodes(KnownNode node, Target target, Consumer<List<KnownNode>> answer) {
    findNodes(
        node,
        distances(Distance.log(target.hash(), node.hash())),
        records ->
            answer.accept(
                records.stream()
                    .flatMap(record -> KnownNode.of(record).stream())
                    .filter(found -> rules.believes(node.address(), found))
                    .toList()));
  }

  /** The distance of the target from the asked node, and its neighbours. */
  static List<Integer> distances(int distance) {
    List<Integer> distances = new ArrayList<>(List.of(distance));
    for (int i = 1; distances.size() < LOOKUP_DISTANCES; i++) {
      if (distance + i <= Distance.MAX) {
        distances.add(distance + i);
      }
      if (distance - i > 0 && distances.size() < LOOKUP_DISTANCES) {
        distances.add(distance - i);
      }
    }
    return distances;
  }

  @Override
  public void requestRecord(KnownNode node, Consumer<Optional<NodeRecord>> answer) {
    findNodes(
        node,
        List.of(0),
        records ->
            answer.accept(
                records.stream()
                    .filter(record -> Long.compareUnsigned(record.seq(), node.seq()) >= 0)
                    .filter(
                        record ->
                            record.ip().map(ip -> rules.believes(node.address(), ip)).orElse(true))
                    .findFirst()));
  }

  /** Asks for records at distances; only such count, and every node once. */
  private void findNodes(
      KnownNode node, List<Integer> distances, Consumer<List<NodeRecord>> answer) {
    ask(
        node,
        new FindNode(requestId(), distances),
        Nodes.class,
        new Answer() {
          private final List<NodeRecord> records = new ArrayList<>();
          private final Set<Bytes32> seen = new HashSet<>();
          private int packets;

          @Override
          public boolean takes(MessageV5 message) {
            Nodes nodes = (Nodes) message;
            for (NodeRecord record : nodes.records()) {
              if (distances.contains(Distance.log(node.hash(), record.nodeAddress()))
                  && records.size() < NODES_PER_ANSWER
                  && seen.add(record.nodeAddress())) {
                records.add(record);
              }
            }
            return ++packets < Math.min(nodes.total(), NODES_PACKETS_MAX);
          }

          @Override
          public void end() {
            answer.accept(records);
          }
        });
  }
}
