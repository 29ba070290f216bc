package io.lesnode.vipnode.pool;

import io.lesnode.primitives.Address;
import io.lesnode.primitives.crypto.Keccak;
import io.lesnode.primitives.crypto.KeyPair;
import io.lesnode.vipnode.wire.PoolGrant;
import io.lesnode.vipnode.wire.Role;
import io.lesnode.vipnode.wire.VipMessage;
import io.lesnode.vipnode.wire.VipMessage.MatchedHost;
import io.lesnode.vipnode.wire.VipMessage.PoolJoin;
import io.lesnode.vipnode.wire.VipMessage.Usage;
import io.lesnode.vipnode.wire.VipSignatures;
import java.math.BigInteger;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;

/** A pool, its hosts and its clients on virtual time; money is a table of numbers. */
final class SimPool {
  static final ServedChain CHAIN =
      new ServedChain(Bytes32.ZERO, Bytes.fromHexString("0x0a0b0c0d"), Set.of(4));
  static final TokenPrice PRICE = new TokenPrice(1_000_000_000L); // one wei for a token
  static final UInt256 CHAIN_ID = UInt256.valueOf(1337);

  final PoolRules rules;
  final Node poolNode = new Node(1);
  final PoolMachine machine;
  final Map<Bytes, BigInteger> money = new HashMap<>();
  final Map<Bytes32, Host> hosts = new LinkedHashMap<>();
  final Map<Bytes32, Client> clients = new LinkedHashMap<>();
  final List<PoolDecision.Settle> settlements = new ArrayList<>();
  final List<VipMessage.Refuse> refusals = new ArrayList<>();
  final Map<Long, Node> bySession = new TreeMap<>();
  private final Deque<PoolDecision> waiting = new ArrayDeque<>();
  private long sessions;
  long nowSeconds = 1_000_000;

  SimPool(PoolRules rules) {
    this.rules = rules;
    this.machine =
        new PoolMachine(
            rules,
            poolNode.id,
            CHAIN_ID,
            poolNode::sign,
            owner -> money.getOrDefault(owner, BigInteger.ZERO),
            7);
  }

  /** A key and a connection. */
  static class Node {
    final KeyPair key;
    final Bytes32 id;
    final Address account;
    long session;

    Node(int number) {
      key = KeyPair.ofSecret(Keccak.keccak256(Bytes.ofUnsignedInt(number)));
      id = Keccak.keccak256(key.publicKey());
      account = key.address();
    }

    Bytes sign(Bytes32 digest) {
      return key.sign(digest).toBytes65();
    }
  }

  /** A host: counts what it admits and serves. */
  final class Host extends Node {
    final UsageMeter meter;
    final Map<Bytes32, Long> served = new HashMap<>();
    final List<Bytes32> admitted = new ArrayList<>();
    long overstatedPerMille;
    long head;

    Host(int number) {
      super(number);
      meter = new UsageMeter(rules, id, PRICE, this::sign);
    }

    void join() {
      send(
          this,
          Role.SERVER,
          account,
          1_000_000,
          JoinFacts.ofHost(CHAIN, PRICE, head, Bytes.wrap(new byte[8]), 30_303));
    }

    void admit(PoolGrant grant) {
      if (!meter.serves(grant.client(), nowSeconds)) {
        admitted.add(grant.client());
      }
      meter.onGrant(grant, served.getOrDefault(grant.client(), 0L), nowSeconds);
    }

    long statedTokens(Bytes32 client) {
      long tokens = served.getOrDefault(client, 0L);
      return tokens + tokens * overstatedPerMille / 1000;
    }
  }

  /** A client: dials whom it is matched with and uses its capacity fully. */
  final class Client extends Node {
    final UsageWitness witness;
    final Map<Bytes32, Long> received = new HashMap<>();
    final Map<Bytes32, PoolGrant> grants = new HashMap<>();
    final List<Bytes32> dialled = new ArrayList<>();
    int wanted;
    long understatedPerMille;
    boolean silent;

    Client(int number, int wanted) {
      super(number);
      this.wanted = wanted;
      witness = new UsageWitness(poolNode.id, id, PRICE, this::sign);
    }

    void join() {
      long live = grants.values().stream().filter(g -> g.untilSeconds() >= nowSeconds).count();
      int more = (int) Math.max(0, wanted - live);
      send(this, Role.CLIENT, account, 1_000, JoinFacts.ofClient(CHAIN, PRICE, more));
    }

    void onMatch(VipMessage.PoolMatch match) {
      for (MatchedHost matched : match.hosts()) {
        PoolGrant grant = PoolGrant.decode(matched.grant());
        long before = reportedTokens(grant.host());
        if (!witness.onGrant(grant, before)) {
          throw new IllegalStateException("a grant that is not ours");
        }
        if (match.requestId() != 0) {
          dialled.add(grant.host());
        }
        grants.put(grant.host(), grant);
        hosts.get(grant.host()).admit(grant);
      }
    }

    long reportedTokens(Bytes32 host) {
      long tokens = received.getOrDefault(host, 0L);
      return tokens - tokens * understatedPerMille / 1000;
    }
  }

  Member member(Node node) {
    return new Member(
        node.id,
        node.key.publicKey(),
        Optional.of(node.account),
        CHAIN.genesisHash(),
        "test",
        "127.0.0.1");
  }

  void send(Node node, Role role, Address account, long capacity, JoinFacts facts) {
    if (node.session == 0) {
      connect(node);
    }
    PoolJoin unsigned =
        new PoolJoin(5, role.bit(), account, capacity, facts.names(16), Bytes.EMPTY);
    Bytes signature =
        node.sign(VipSignatures.poolJoinDigest(CHAIN_ID, poolNode.id, node.id, unsigned));
    PoolJoin join = new PoolJoin(5, role.bit(), account, capacity, facts.names(16), signature);
    carry(machine.onJoin(node.session, member(node), join, nowSeconds));
  }

  void connect(Node node) {
    node.session = ++sessions;
    bySession.put(node.session, node);
  }

  void close(Node node) {
    machine.onClosed(node.session, node.id);
    bySession.remove(node.session);
    node.session = 0;
  }

  Host host(int number) {
    Host host = new Host(number);
    hosts.put(host.id, host);
    host.join();
    return host;
  }

  Client client(int number, int wanted, long wei) {
    Client client = new Client(number, wanted);
    clients.put(client.id, client);
    money.put(client.account.bytes(), BigInteger.valueOf(wei));
    client.join();
    return client;
  }

  void carry(List<PoolDecision> decisions) {
    waiting.addAll(decisions);
    while (!waiting.isEmpty()) {
      switch (waiting.poll()) {
        case PoolDecision.Tell tell -> deliver(tell);
        case PoolDecision.Settle settle -> settle(settle);
      }
    }
  }

  private void deliver(PoolDecision.Tell tell) {
    Node node = bySession.get(tell.session());
    if (tell.message() instanceof VipMessage.Refuse refuse) {
      refusals.add(refuse);
    }
    if (node instanceof Client client) {
      switch (tell.message()) {
        case VipMessage.PoolMatch match -> client.onMatch(match);
        case Usage usage -> {
          if (!client.silent) {
            client
                .witness
                .onStatement(usage, client.reportedTokens(usage.host()))
                .ifPresent(
                    signed ->
                        waiting.addAll(
                            machine.onUsage(client.session, client.id, signed, nowSeconds)));
          }
        }
        default -> {}
      }
    }
  }

  private void settle(PoolDecision.Settle settle) {
    settlements.add(settle);
    BigInteger amount = settle.amountWei().toUnsignedBigInteger();
    BigInteger fee = settle.feeWei().toUnsignedBigInteger();
    move(settle.clientOwner(), hosts.get(settle.host()).account.bytes(), amount);
    move(settle.clientOwner(), poolNode.account.bytes(), fee);
    waiting.addAll(machine.onSettled(settle, nowSeconds));
  }

  private void move(Bytes from, Bytes to, BigInteger amount) {
    money.merge(from, amount.negate(), BigInteger::add);
    money.merge(to, amount, BigInteger::add);
  }

  BigInteger moneyOf(Node node) {
    return money.getOrDefault(node.account.bytes(), BigInteger.ZERO);
  }

  BigInteger total() {
    return money.values().stream().reduce(BigInteger.ZERO, BigInteger::add);
  }

  /** Seconds pass: clients use what their grants allow, members report, intervals end. */
  void run(int seconds) {
    for (int i = 0; i < seconds; i++) {
      nowSeconds++;
      for (Client client : clients.values()) {
        for (PoolGrant grant : client.grants.values()) {
          if (grant.untilSeconds() >= nowSeconds) {
            long tokens = TokenPrice.tokens(grant.capacity(), 1);
            client.received.merge(grant.host(), tokens, Long::sum);
            hosts.get(grant.host()).served.merge(client.id, tokens, Long::sum);
          }
        }
      }
      for (Host host : hosts.values()) {
        for (Usage usage : host.meter.due(nowSeconds, host::statedTokens)) {
          if (host.session != 0) {
            carry(machine.onUsage(host.session, host.id, usage, nowSeconds));
          }
        }
      }
      if (nowSeconds % rules.keepAliveSeconds() == 0) {
        hosts.values().stream().filter(h -> h.session != 0).forEach(Host::join);
        clients.values().stream().filter(c -> c.session != 0).forEach(Client::join);
      }
      carry(machine.tick(nowSeconds));
    }
  }
}
