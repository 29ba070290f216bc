package io.lesnode.les.client;

import io.lesnode.chain.index.CheckpointEntry;
import io.lesnode.devp2p.Capability;
import io.lesnode.devp2p.DisconnectReason;
import io.lesnode.devp2p.NodeId;
import io.lesnode.devp2p.PeerLink;
import io.lesnode.devp2p.PeerSession;
import io.lesnode.flowcontrol.cost.RequestCost;
import io.lesnode.flowcontrol.cost.RequestKind;
import io.lesnode.les.wire.HashOrNumber;
import io.lesnode.les.wire.KeyValues;
import io.lesnode.les.wire.LesCodec;
import io.lesnode.les.wire.LesMessage;
import io.lesnode.les.wire.LesMessage.TxLookup;
import io.lesnode.les.wire.LesMessage.TxStatusEntry;
import io.lesnode.les.wire.LesVersion;
import io.lesnode.les.wire.RequestCostEntry;
import io.lesnode.les.wire.StatusKeys;
import io.lesnode.primitives.BlockHeader;
import io.lesnode.primitives.Transaction;
import io.lesnode.primitives.config.ForkId;
import io.lesnode.primitives.crypto.Keccak;
import io.lesnode.primitives.crypto.KeyPair;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.rlp.RLP;
import org.jspecify.annotations.Nullable;

/**
 * A scripted LES server at the other end of an in-memory link, on virtual time. It serves a chain
 * of the vectors with geth's default credit terms and fails the test when its client overruns them.
 * A {@link Script} may replace any answer. Confined to the test's thread.
 */
final class FakeServer {
  private static final long LATENCY_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
  static final long BUFFER_LIMIT = 96_000_000;
  static final long MIN_RECHARGE = 16_000;

  /** Replaces answers. */
  @FunctionalInterface
  interface Script {
    /** The answer to send, null for silence. */
    @Nullable LesMessage answer(LesMessage.Request request, @Nullable LesMessage honest);
  }

  /** The way between the client and the server. */
  interface Carrier {
    /** How many nanoseconds a message of that code takes; below zero if it is lost. */
    long carryNanos(boolean toClient, int code);
  }

  /** geth's default cost table (les.md 2.5). */
  private static final Map<RequestKind, RequestCost> COSTS = defaultCosts();

  private final VirtualLoop loop;
  private final String name;
  private final LesVersion version;
  private final Random random;
  private final KeyPair key;
  private final NodeId id;
  private final Map<LesMessage.Request, Queue<LesMessage.Reply>> recorded = new HashMap<>();
  private final Map<String, Bytes> statusOverrides = new LinkedHashMap<>();
  private final Map<String, Bytes> statusAdditions = new LinkedHashMap<>();
  private final Set<String> statusOmissions = new LinkedHashSet<>();
  private final List<LesMessage.Request> received = new ArrayList<>();
  private final List<LesMessage> others = new ArrayList<>();
  private ServedChain chain;
  private @Nullable KeyPair signsWith;
  private @Nullable ServedSections sections;
  private Script script = (request, honest) -> honest;
  private @Nullable PeerSession session;
  private @Nullable DisconnectReason closedBecause;
  private long buffer = BUFFER_LIMIT;
  private long bufferNanos;
  private long sumCost;
  private boolean sendStatus = true;
  private boolean forgiving;
  private Carrier carrier = (toClient, code) -> LATENCY_NANOS;

  /** Counts connections, so that nothing arrives on a later one. */
  private int connection;

  private String clientName = "Geth/v1.10.26-stable/linux-amd64/go1.19";

  FakeServer(VirtualLoop loop, String name, ServedChain chain, LesVersion version, long seed) {
    this.loop = loop;
    this.name = name;
    this.chain = chain;
    this.version = version;
    this.random = new Random(seed);
    this.key = KeyPair.ofSecret(Bytes32.leftPad(Bytes.minimalBytes(seed + 77)));
    this.id = NodeId.of(key.publicKey());
    this.bufferNanos = loop.nowNanos();
  }

  private static Map<RequestKind, RequestCost> defaultCosts() {
    Map<RequestKind, RequestCost> costs = new HashMap<>();
    for (RequestKind kind : RequestKind.all()) {
      RequestCost time = kind.averageTimeNanos();
      costs.put(kind, new RequestCost(2 * time.base(), 2 * time.perItem()));
    }
    return Map.copyOf(costs);
  }

  FakeServer script(Script newScript) {
    script = newScript;
    return this;
  }

  FakeServer status(String key, Bytes rawValue) {
    statusOverrides.put(key, rawValue);
    return this;
  }

  /** Advertises a checkpoint. */
  FakeServer advertising(CheckpointEntry checkpoint, long registerHeight) {
    KeyValues.builder()
        .checkpoint(StatusKeys.CHECKPOINT, checkpoint)
        .unsignedLong(StatusKeys.CHECKPOINT_HEIGHT, registerHeight)
        .build()
        .entries()
        .forEach(entry -> statusAdditions.put(entry.key(), entry.value()));
    return this;
  }

  FakeServer without(String key) {
    statusOmissions.add(key);
    return this;
  }

  /** Proves by the helper tries of a chain too. */
  FakeServer helperTries(ServedSections served) {
    sections = served;
    return this;
  }

  FakeServer silent() {
    sendStatus = false;
    return this;
  }

  /** Serves a client that overruns its credit: whoever lies about credit may be overrun. */
  FakeServer carrier(Carrier newCarrier) {
    carrier = newCarrier;
    return this;
  }

  FakeServer forgiving() {
    forgiving = true;
    return this;
  }

  FakeServer clientName(String newName) {
    clientName = newName;
    return this;
  }

  /** Adds a recorded answer for a request; several for the same request are given in turn. */
  void record(LesMessage.Request request, LesMessage.Reply reply) {
    recorded.computeIfAbsent(Renumbered.request(request, 0), key -> new ArrayDeque<>()).add(reply);
  }

  NodeId id() {
    return id;
  }

  String shortName() {
    return name;
  }

  List<LesMessage.Request> received() {
    return received;
  }

  List<LesMessage> others() {
    return others;
  }

  boolean isConnected() {
    return session != null && closedBecause == null;
  }

  @Nullable DisconnectReason closedBecause() {
    return closedBecause;
  }

  /** Opens a connection to the client and sends Status. */
  FakeServer connectTo(LightEngine engine) {
    closedBecause = null;
    connection++;
    buffer = BUFFER_LIMIT;
    session =
        engine
            .protocol()
            .accept(new Link(), new Capability("les", version.number(), version.messageCount()));
    if (sendStatus) {
      send(status());
    }
    return this;
  }

  LesMessage.Status status() {
    AnnouncedHead head = chain.head();
    BlockHeader header = chain.header(head.number());
    ForkId forkId =
        ForkId.Schedule.of(chain.genesis().config(), chain.header(0).hash())
            .idAt(header.number(), header.timestamp());
    List<RequestCostEntry> costs = new ArrayList<>();
    COSTS.forEach((kind, cost) -> costs.add(new RequestCostEntry(kind.code(), cost)));
    KeyValues honest =
        KeyValues.builder()
            .unsignedLong(StatusKeys.PROTOCOL_VERSION, version.number())
            .unsignedLong(StatusKeys.NETWORK_ID, chain.networkId())
            .unsigned256(StatusKeys.HEAD_TD, head.totalDifficulty())
            .bytes(StatusKeys.HEAD_HASH, head.hash())
            .unsignedLong(StatusKeys.HEAD_NUMBER, head.number())
            .bytes(StatusKeys.GENESIS_HASH, chain.header(0).hash())
            .raw(StatusKeys.FORK_ID, RLP.encode(forkId::writeTo))
            .flag(StatusKeys.SERVE_HEADERS)
            .unsignedLong(StatusKeys.SERVE_CHAIN_SINCE, 0)
            .unsignedLong(StatusKeys.SERVE_STATE_SINCE, 0)
            .unsignedLong(StatusKeys.SERVE_RECENT_STATE, 0)
            .flag(StatusKeys.TX_RELAY)
            .unsignedLong(StatusKeys.RECENT_TX_LOOKUP, 0)
            .unsignedLong(StatusKeys.BUFFER_LIMIT, BUFFER_LIMIT)
            .unsignedLong(StatusKeys.MIN_RECHARGE, MIN_RECHARGE)
            .requestCosts(StatusKeys.REQUEST_COSTS, costs)
            .build();
    KeyValues.Builder values = KeyValues.builder();
    statusAdditions.forEach(values::raw);
    for (KeyValues.Entry entry : honest.entries()) {
      if (!statusOmissions.contains(entry.key())) {
        values.raw(entry.key(), statusOverrides.getOrDefault(entry.key(), entry.value()));
      }
    }
    return new LesMessage.Status(values.build());
  }

  /** Moves to another chain without a word. */
  void serve(ServedChain next) {
    chain = next;
  }

  /** Moves to another chain and announces its head. */
  void announce(ServedChain next, long reorgDepth) {
    chain = next;
    announce(next.head(), reorgDepth);
  }

  void announce(AnnouncedHead head, long reorgDepth) {
    LesMessage.Announce plain =
        new LesMessage.Announce(
            head.hash(), head.number(), head.totalDifficulty(), reorgDepth, KeyValues.EMPTY);
    send(signsWith == null ? plain : signed(plain, signsWith));
  }

  /** The node key of this server. */
  KeyPair key() {
    return key;
  }

  /** Signs announcements from now on, with its own key or, to cheat, with another one. */
  FakeServer signing(KeyPair signer) {
    signsWith = signer;
    return this;
  }

  private static LesMessage.Announce signed(LesMessage.Announce plain, KeyPair signer) {
    Bytes signature = signer.sign(Keccak.keccak256(LesCodec.announcementToSign(plain))).toBytes65();
    return new LesMessage.Announce(
        plain.headHash(),
        plain.headNumber(),
        plain.headTd(),
        plain.reorgDepth(),
        KeyValues.builder().bytes(StatusKeys.SIGNATURE, signature).build());
  }

  void send(LesMessage message) {
    sendRaw(message.code(), LesCodec.encode(message));
  }

  void sendRaw(int code, Bytes payload) {
    long delayNanos = carrier.carryNanos(true, code);
    int sentOn = connection;
    if (delayNanos < 0) {
      return;
    }
    loop.schedule(
        delayNanos,
        () -> {
          PeerSession open = session;
          if (open != null && closedBecause == null && connection == sentOn) {
            open.onMessage(code, payload);
          }
        });
  }

  /** Closes from the server's side. */
  void disconnect(DisconnectReason reason) {
    PeerSession open = session;
    if (open != null && closedBecause == null) {
      closedBecause = reason;
      open.onClosed(reason, true);
    }
  }

  private void onMessage(int code, Bytes payload) {
    LesMessage message = LesCodec.decode(version, code, payload);
    if (!(message instanceof LesMessage.Request request)) {
      others.add(message);
      return;
    }
    received.add(request);
    long cost = costOf(request);
    recharge();
    if (cost > buffer && !forgiving) {
      throw new AssertionError(
          "credit overrun at " + name + ": " + request + " costs " + cost + ", left " + buffer);
    }
    buffer = Math.max(0, buffer - cost);
    sumCost += cost;
    long accepted = sumCost;
    long realCost = (long) (cost * (0.05 + 0.95 * random.nextDouble()));
    int receivedOn = connection;
    loop.schedule(
        LATENCY_NANOS + random.nextInt(1_000_000),
        () -> {
          if (connection != receivedOn) {
            return;
          }
          recharge();
          buffer = Math.min(BUFFER_LIMIT, buffer + cost - realCost);
          long reported = Math.min(BUFFER_LIMIT, buffer + (sumCost - accepted));
          LesMessage answer = script.answer(request, honest(request, reported));
          if (answer != null) {
            send(answer);
          }
        });
  }

  private static long costOf(LesMessage.Request request) {
    return COSTS.getOrDefault(request.kind(), new RequestCost(0, 0)).of(request.amount());
  }

  private void recharge() {
    long millis = (loop.nowNanos() - bufferNanos) / 1_000_000;
    bufferNanos += millis * 1_000_000;
    buffer = Math.min(BUFFER_LIMIT, buffer + millis * MIN_RECHARGE);
  }

  private @Nullable LesMessage honest(LesMessage.Request request, long bufferValue) {
    Queue<LesMessage.Reply> answers = recorded.get(Renumbered.request(request, 0));
    if (answers != null) {
      LesMessage.Reply reply = answers.size() > 1 ? answers.remove() : answers.element();
      return Renumbered.reply(reply, request.requestId(), bufferValue);
    }
    return switch (request) {
      case LesMessage.GetBlockHeaders m ->
          new LesMessage.BlockHeaders(m.requestId(), bufferValue, headers(m));
      case LesMessage.GetBlockBodies m ->
          new LesMessage.BlockBodies(m.requestId(), bufferValue, bodies(m.hashes()));
      case LesMessage.GetReceipts m ->
          new LesMessage.Receipts(m.requestId(), bufferValue, receipts(m.hashes()));
      case LesMessage.GetCode m -> new LesMessage.Code(m.requestId(), bufferValue, codes(m));
      case LesMessage.GetProofsV2 m ->
          new LesMessage.ProofsV2(m.requestId(), bufferValue, proofs(m));
      case LesMessage.GetHelperTrieProofs m -> helperTrieProofs(m, bufferValue);
      case LesMessage.SendTxV2 m ->
          new LesMessage.TxStatus(
              m.requestId(),
              bufferValue,
              m.transactions().stream()
                  .map(tx -> new TxStatusEntry(TxStatusEntry.PENDING, null, ""))
                  .toList());
      case LesMessage.GetTxStatus m ->
          new LesMessage.TxStatus(
              m.requestId(), bufferValue, m.hashes().stream().map(this::lookUp).toList());
    };
  }

  private List<Bytes> headers(LesMessage.GetBlockHeaders request) {
    Integer origin =
        switch (request.origin()) {
          case HashOrNumber.OfHash(Bytes32 hash) -> chain.numberOf(hash);
          case HashOrNumber.OfNumber(long number) ->
              number > Integer.MAX_VALUE ? null : (Integer) (int) number;
        };
    List<Bytes> found = new ArrayList<>();
    long step = (request.skip() + 1) * (request.reverse() ? -1 : 1);
    for (long i = 0; origin != null && i < request.amount(); i++) {
      long number = origin + i * step;
      if (!chain.has(number)) {
        break;
      }
      found.add(chain.header(number).encoded());
    }
    return found;
  }

  private List<Bytes> bodies(List<Bytes32> hashes) {
    List<Bytes> found = new ArrayList<>();
    for (Bytes32 hash : hashes) {
      Integer number = chain.numberOf(hash);
      if (number != null) {
        found.add(chain.body(number).encoded());
      }
    }
    return found;
  }

  private List<Bytes> receipts(List<Bytes32> hashes) {
    List<Bytes> found = new ArrayList<>();
    for (Bytes32 hash : hashes) {
      Integer number = chain.numberOf(hash);
      if (number != null && !chain.receipts(number).isEmpty()) {
        found.add(RLP.encodeList(writer -> chain.receipts(number).forEach(r -> r.writeTo(writer))));
      }
    }
    return found;
  }

  private List<Bytes> codes(LesMessage.GetCode request) {
    List<Bytes> found = new ArrayList<>();
    for (LesMessage.CodeQuery query : request.queries()) {
      Bytes code = chain.codeAtGenesis(query.accountKey());
      if (code != null) {
        found.add(code);
      }
    }
    return found;
  }

  private List<Bytes> proofs(LesMessage.GetProofsV2 request) {
    Set<Bytes> nodes = new LinkedHashSet<>();
    for (LesMessage.ProofQuery query : request.queries()) {
      Integer number = chain.numberOf(query.blockHash());
      if (number != null && number == 0) {
        nodes.addAll(chain.proveAtGenesis(query.accountKey(), query.key()));
      }
    }
    return List.copyOf(nodes);
  }

  /** As geth: nothing at all where there is no such trie. */
  private @Nullable LesMessage helperTrieProofs(
      LesMessage.GetHelperTrieProofs request, long bufferValue) {
    Set<Bytes> nodes = new LinkedHashSet<>();
    List<Bytes> headers = new ArrayList<>();
    ServedSections served = sections;
    for (LesMessage.HelperTrieQuery query : request.queries()) {
      if (served == null || !served.has(query.section())) {
        return null;
      }
      nodes.addAll(served.prove(query));
      if (query.auxiliary() == LesMessage.HelperTrieQuery.AUXILIARY_HEADER) {
        headers.add(chain.header(query.key().toLong()).encoded());
      }
    }
    return new LesMessage.HelperTrieProofs(
        request.requestId(), bufferValue, List.copyOf(nodes), headers);
  }

  private TxStatusEntry lookUp(Bytes32 hash) {
    for (int number = 1; number <= chain.headNumber(); number++) {
      List<Transaction> transactions = chain.body(number).transactions();
      for (int i = 0; i < transactions.size(); i++) {
        if (transactions.get(i).hash().equals(hash)) {
          return new TxStatusEntry(
              TxStatusEntry.INCLUDED, new TxLookup(chain.header(number).hash(), number, i), "");
        }
      }
    }
    return new TxStatusEntry(TxStatusEntry.UNKNOWN, null, "");
  }

  /** The client's end of the connection. */
  private final class Link implements PeerLink {
    @Override
    public NodeId remoteId() {
      return id;
    }

    @Override
    public String clientName() {
      return clientName;
    }

    @Override
    public List<String> remoteCapabilities() {
      return List.of("les/" + version.number());
    }

    @Override
    public InetSocketAddress remoteAddress() {
      return new InetSocketAddress(InetAddress.getLoopbackAddress(), 30303);
    }

    @Override
    public InetSocketAddress localAddress() {
      return new InetSocketAddress(InetAddress.getLoopbackAddress(), 40404);
    }

    @Override
    public boolean inbound() {
      return false;
    }

    @Override
    public boolean isStatic() {
      return true;
    }

    @Override
    public boolean trusted() {
      return false;
    }

    @Override
    public boolean send(int code, Bytes payload) {
      long delayNanos = carrier.carryNanos(false, code);
      int sentOn = connection;
      if (delayNanos >= 0) {
        loop.schedule(
            delayNanos,
            () -> {
              if (isConnected() && connection == sentOn) {
                onMessage(code, payload);
              }
            });
      }
      return isConnected();
    }

    @Override
    public boolean writable() {
      return true;
    }

    @Override
    public void pauseReading() {}

    @Override
    public void resumeReading() {}

    @Override
    public void disconnect(DisconnectReason reason) {
      if (closedBecause == null) {
        closedBecause = reason;
        PeerSession ended = session;
        if (ended != null) {
          loop.execute(() -> ended.onClosed(reason, false));
        }
      }
    }
  }
}
