package io.lesnode.devp2p.discovery.v4;

import io.lesnode.devp2p.NodeId;
import io.lesnode.devp2p.discovery.table.AddressRules;
import io.lesnode.devp2p.discovery.table.DiscoveryLoop;
import io.lesnode.devp2p.discovery.table.KnownNode;
import io.lesnode.devp2p.discovery.table.NodeQueries;
import io.lesnode.devp2p.discovery.table.NodeTable;
import io.lesnode.devp2p.discovery.table.NodeWalk;
import io.lesnode.devp2p.discovery.table.Target;
import io.lesnode.devp2p.discovery.v4.MessageV4.Endpoint;
import io.lesnode.devp2p.discovery.v4.MessageV4.FindNode;
import io.lesnode.devp2p.discovery.v4.MessageV4.Neighbor;
import io.lesnode.devp2p.discovery.v4.MessageV4.Neighbors;
import io.lesnode.devp2p.discovery.v4.MessageV4.Ping;
import io.lesnode.devp2p.discovery.v4.MessageV4.Pong;
import io.lesnode.devp2p.discovery.v4.MessageV4.RecordRequest;
import io.lesnode.devp2p.discovery.v4.MessageV4.RecordResponse;
import io.lesnode.devp2p.enr.NodeRecord;
import io.lesnode.primitives.crypto.KeyPair;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.jspecify.annotations.Nullable;

/**
 * Discovery v4: answers packets and asks other nodes (geth p2p/discover/v4_udp.go). Confined to the
 * discovery loop.
 *
 * <p>Nobody gets more out of us than about what it puts in until it has answered a Ping of ours
 * from its address (the endpoint proof): a Ping is answered by a Pong and a Ping back, everything
 * else by silence. Answers count only when they belong to a question that is open: a Pong names the
 * hash of our Ping, a record that of our request, Neighbors come from the node that was asked.
 */
public final class DiscoveryV4 implements NodeQueries {
  private static final long EXPIRY_SECONDS = 20;
  private static final long ANSWER_LIMIT_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

  /** Neighbors in a packet: what fits 1280 bytes with IPv6 addresses. */
  private static final int NEIGHBORS_PER_PACKET = 12;

  /** Open questions at once; more are refused with silence. */
  private static final int QUESTIONS_MAX = 256;

  /** A question that waits for packets of one type from one node. */
  private static final class Question {
    final Bytes32 node;
    final InetAddress address;
    final Class<? extends MessageV4> type;
    final Bytes32 hash;
    final Consumer<@Nullable MessageV4> onPacket;

    Question(
        KnownNode node,
        Class<? extends MessageV4> type,
        Bytes32 hash,
        Consumer<@Nullable MessageV4> onPacket) {
      this.node = node.hash();
      this.address = node.address();
      this.type = type;
      this.hash = hash;
      this.onPacket = onPacket;
    }
  }

  private final KeyPair key;
  private final Supplier<NodeRecord> self;
  private final NodeTable table;
  private final AddressRules rules;
  private final DiscoveryLoop loop;
  private final List<Question> questions = new ArrayList<>();

  /** They answered a Ping of ours: they may ask for nodes. */
  private final EndpointProofs answered = new EndpointProofs();

  /** They sent us a Ping, so that our Pong has proven our endpoint to them. */
  private final EndpointProofs asked = new EndpointProofs();

  private @Nullable NodeWalk walk;

  /**
   * Prepares the protocol.
   *
   * @param key signs our packets
   * @param self our record as it is now
   */
  public DiscoveryV4(
      KeyPair key,
      Supplier<NodeRecord> self,
      NodeTable table,
      AddressRules rules,
      DiscoveryLoop loop) {
    this.key = key;
    this.self = self;
    this.table = table;
    this.rules = rules;
    this.loop = loop;
  }

  /** Tells a walk of the nodes that speak to us. */
  public void feed(NodeWalk consumer) {
    this.walk = consumer;
  }

  /**
   * Signs and reads a packet, so that the code and the libraries behind it are loaded before a
   * stranger waits for an answer: the first one would take a third of a second.
   */
  public void warmUp() {
    Endpoint nowhere = new Endpoint(null, 0, 0);
    boolean unused =
        PacketsV4.decode(PacketsV4.encode(new Ping(nowhere, nowhere, 0, 0), key).packet())
            .isPresent();
  }

  // ---- packets -------------------------------------------------------------------------------

  /** Handles a datagram; bytes that are no v4 packet are dropped. */
  public void onPacket(InetSocketAddress from, Bytes datagram) {
    if (!rules.allows(from.getAddress())) {
      return;
    }
    PacketV4 packet = PacketsV4.decode(datagram).orElse(null);
    if (packet == null || packet.sender().publicKey().equals(key.publicKey())) {
      return;
    }
    NodeId sender = packet.sender();
    switch (packet.message()) {
      case Ping ping -> {
        if (isCurrent(ping.expiresSeconds())) {
          onPing(from, packet, ping);
        }
      }
      case Pong pong -> {
        if (isCurrent(pong.expiresSeconds())) {
          answerQuestion(from, sender, pong, pong.pingHash());
        }
      }
      case FindNode findNode -> {
        if (isCurrent(findNode.expiresSeconds()) && isProven(sender, from)) {
          onFindNode(from, findNode);
        }
      }
      case Neighbors neighbors -> {
        if (isCurrent(neighbors.expiresSeconds())) {
          answerQuestion(from, sender, neighbors, null);
        }
      }
      case RecordRequest request -> {
        if (isCurrent(request.expiresSeconds()) && isProven(sender, from)) {
          send(from, new RecordResponse(packet.hash(), self.get()));
        }
      }
      case RecordResponse response ->
          answerQuestion(from, sender, response, response.requestHash());
    }
  }

  /** A stamp in the past is expired, and so is one that only wraps around to the future. */
  private boolean isCurrent(long expiresSeconds) {
    return expiresSeconds >= loop.nowSeconds();
  }

  private boolean isProven(NodeId node, InetSocketAddress from) {
    return answered.has(node.hash(), from.getAddress(), loop.nowNanos());
  }

  private void onPing(InetSocketAddress from, PacketV4 packet, Ping ping) {
    int tcpPort = ping.from().tcpPort();
    send(from, new Pong(Endpoint.of(from, tcpPort), packet.hash(), expiry(), self.get().seq()));
    KnownNode node =
        new KnownNode(packet.sender(), from.getAddress(), from.getPort(), tcpPort, null);
    if (isProven(packet.sender(), from)) {
      verified(node, ping.seq());
    } else if (!isAsked(node, Pong.class)) {
      ping(node, seq -> seq.ifPresent(remote -> verified(node, Math.max(remote, ping.seq()))));
    }
    asked.add(node.hash(), node.address(), loop.nowNanos());
  }

  private boolean isAsked(KnownNode node, Class<? extends MessageV4> type) {
    return questions.stream()
        .anyMatch(
            open ->
                open.type == type
                    && open.node.equals(node.hash())
                    && open.address.equals(node.address()));
  }

  private void verified(KnownNode node, long remoteSeq) {
    if (walk != null) {
      walk.onVerified(node, remoteSeq);
    }
  }

  private void onFindNode(InetSocketAddress from, FindNode question) {
    Bytes32 target = Target.of(question.target()).hash();
    List<Neighbor> near = new ArrayList<>();
    for (KnownNode node : table.closest(target, NodeTable.BUCKET_SIZE, true)) {
      if (rules.believes(from.getAddress(), node.address())) {
        near.add(new Neighbor(Endpoint.of(node.endpoint(), node.tcpPort()), node.id().publicKey()));
      }
    }
    for (int i = 0; i == 0 || i < near.size(); i += NEIGHBORS_PER_PACKET) {
      int end = Math.min(near.size(), i + NEIGHBORS_PER_PACKET);
      send(from, new Neighbors(near.subList(i, end), expiry()));
    }
  }

  private void answerQuestion(
      InetSocketAddress from, NodeId sender, MessageV4 message, @Nullable Bytes hash) {
    for (Question open : List.copyOf(questions)) {
      if (open.type == message.getClass()
          && open.node.equals(sender.hash())
          && open.address.equals(from.getAddress())
          && (hash == null || hash.equals(open.hash))) {
        if (message instanceof Pong) {
          answered.add(sender.hash(), from.getAddress(), loop.nowNanos());
        }
        open.onPacket.accept(message);
        if (hash != null) {
          return;
        }
      }
    }
  }

  private long expiry() {
    return loop.nowSeconds() + EXPIRY_SECONDS;
  }

  private Bytes32 send(InetSocketAddress to, MessageV4 message) {
    PacketsV4.Encoded encoded = PacketsV4.encode(message, key);
    loop.send(to, encoded.packet());
    return encoded.hash();
  }

  // ---- questions -----------------------------------------------------------------------------

  /**
   * Sends a question and waits; {@code onPacket} gets every packet and at last null for the end of
   * the time.
   */
  private void ask(
      KnownNode node,
      MessageV4 message,
      Class<? extends MessageV4> type,
      Consumer<@Nullable MessageV4> onPacket) {
    if (questions.size() >= QUESTIONS_MAX || !rules.allows(node.address())) {
      loop.after(0, () -> onPacket.accept(null));
      return;
    }
    Bytes32 hash = send(node.endpoint(), message);
    Question question = new Question(node, type, hash, onPacket);
    questions.add(question);
    loop.after(
        ANSWER_LIMIT_NANOS,
        () -> {
          if (questions.remove(question)) {
            onPacket.accept(null);
          }
        });
  }

  private void close(Consumer<@Nullable MessageV4> onPacket) {
    questions.removeIf(question -> question.onPacket == onPacket);
  }

  @Override
  public void ping(KnownNode node, Consumer<OptionalLong> answer) {
    NodeRecord own = self.get();
    Ping ping =
        new Ping(
            new Endpoint(own.ip().orElse(null), own.udp().orElse(0), own.tcp().orElse(0)),
            Endpoint.of(node.endpoint(), 0),
            expiry(),
            own.seq());
    ask(
        node,
        ping,
        Pong.class,
        new Consumer<>() {
          @Override
          public void accept(@Nullable MessageV4 packet) {
            close(this);
            answer.accept(
                packet instanceof Pong pong ? OptionalLong.of(pong.seq()) : OptionalLong.empty());
          }
        });
  }

  /**
   * Makes sure that both endpoints are proven, then runs the question; a dead node is not asked.
   */
  private void whenBonded(KnownNode node, Runnable question, Runnable silent) {
    if (asked.has(node.hash(), node.address(), loop.nowNanos())) {
      question.run();
      return;
    }
    ping(
        node,
        seq -> {
          if (seq.isEmpty()) {
            silent.run();
          } else if (asked.has(node.hash(), node.address(), loop.nowNanos())) {
            question.run();
          } else {
            loop.after(ANSWER_LIMIT_NANOS, question); // their Ping back is under way
          }
        });
  }

  @Override
  public void findNodes(KnownNode node, Target target, Consumer<List<KnownNode>> answer) {
    whenBonded(
        node,
        () ->
            ask(node, new FindNode(target.key(), expiry()), Neighbors.class, collect(node, answer)),
        () -> answer.accept(List.of()));
  }

  private Consumer<@Nullable MessageV4> collect(KnownNode node, Consumer<List<KnownNode>> answer) {
    return new Consumer<>() {
      private final List<KnownNode> found = new ArrayList<>();
      private int received;

      @Override
      public void accept(@Nullable MessageV4 packet) {
        if (packet instanceof Neighbors neighbors) {
          received += neighbors.nodes().size();
          neighbors.nodes().forEach(named -> believed(node, named).ifPresent(found::add));
          if (!neighbors.nodes().isEmpty() && received < NodeTable.BUCKET_SIZE) {
            return; // there may be a second packet
          }
        }
        close(this);
        answer.accept(List.copyOf(found));
      }
    };
  }

  private Optional<KnownNode> believed(KnownNode sender, Neighbor named) {
    InetAddress address = named.endpoint().address();
    if (address == null || named.endpoint().udpPort() == 0) {
      return Optional.empty();
    }
    try {
      KnownNode node =
          new KnownNode(
              NodeId.of(named.publicKey()),
              address,
              named.endpoint().udpPort(),
              named.endpoint().tcpPort(),
              null);
      return rules.believes(sender.address(), node) ? Optional.of(node) : Optional.empty();
    } catch (IllegalArgumentException noKey) {
      return Optional.empty();
    }
  }

  @Override
  public void requestRecord(KnownNode node, Consumer<Optional<NodeRecord>> answer) {
    whenBonded(
        node,
        () ->
            ask(
                node,
                new RecordRequest(expiry()),
                RecordResponse.class,
                new Consumer<>() {
                  @Override
                  public void accept(@Nullable MessageV4 packet) {
                    close(this);
                    answer.accept(
                        packet instanceof RecordResponse response
                            ? own(node, response.record())
                            : Optional.empty());
                  }
                }),
        () -> answer.accept(Optional.empty()));
  }

  /** A record counts when the node signed it itself and it names an address that it may name. */
  private Optional<NodeRecord> own(KnownNode node, NodeRecord record) {
    boolean genuine =
        record.publicKey().equals(node.id().publicKey())
            && Long.compareUnsigned(record.seq(), node.seq()) >= 0
            && record.ip().map(ip -> rules.believes(node.address(), ip)).orElse(true);
    return genuine ? Optional.of(record) : Optional.empty();
  }
}
