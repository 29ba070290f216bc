package io.lesnode.vipnode.client;

import io.lesnode.primitives.crypto.Keccak;
import io.lesnode.primitives.crypto.KeyPair;
import io.lesnode.vipnode.wire.VipCodec;
import io.lesnode.vipnode.wire.VipMessage;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;

/** A buyer, scripted servers and virtual time. All messages pass through their wire form. */
final class Bench {
  static final UInt256 CHAIN = UInt256.valueOf(1337);
  static final Bytes32 GENESIS = Bytes32.repeat((byte) 9);
  private static final KeyPair NODE = KeyPair.ofSecret(Bytes32.repeat((byte) 0x11));

  /** 0.001 ether an hour, of which a tenth may be ahead. */
  static final BudgetRules RULES = BudgetRules.parse("0.1ether/1h");

  static final Demand DEMAND =
      new Demand(
          0,
          10,
          UInt256.valueOf(400_000_000_000L),
          3_600,
          60,
          3,
          Demand.STANDARD.methods(),
          UInt256.ZERO,
          true);

  final Bytes32 nodeId = Keccak.keccak256(NODE.publicKey());
  final KeyPair account = KeyPair.ofSecret(Bytes32.repeat((byte) 0x12));
  final Map<Bytes32, ScriptedServer> servers = new HashMap<>();
  final Map<Bytes32, FakePayer> payers = new HashMap<>();
  final Map<Bytes32, Long> values = new HashMap<>();
  final Map<Bytes32, Long> costs = new HashMap<>();
  final Set<Bytes32> connected = new HashSet<>();
  final List<HistoryEntry> history = new ArrayList<>();
  final Buyers buyers;
  Bytes durableBudget;
  long second;
  private final Deque<Runnable> queue = new ArrayDeque<>();

  Bench() {
    this(DEMAND, RULES);
  }

  Bench(Demand demand, BudgetRules rules) {
    Budget budget = new Budget(rules);
    durableBudget = budget.encoded();
    buyers =
        new Buyers(
            nodeId,
            CHAIN,
            GENESIS,
            Optional.of(account.address()),
            demand,
            budget,
            server ->
                new ServiceValue.Served(
                    values.getOrDefault(server, 1_000_000L), costs.getOrDefault(server, 0L)),
            this::carryOut);
  }

  ScriptedServer honest(int seed) {
    return add(new ScriptedServer(seed, CHAIN, GENESIS));
  }

  <S extends ScriptedServer> S add(S server) {
    servers.put(server.nodeId, server);
    payers.put(server.nodeId, new FakePayer(account, UInt256.valueOf(1_000_000_000_000_000_000L)));
    return server;
  }

  FakePayer payer(ScriptedServer server) {
    FakePayer payer = payers.get(server.nodeId);
    if (payer == null) {
      throw new AssertionError("no payer");
    }
    return payer;
  }

  void connect(ScriptedServer server) {
    connected.add(server.nodeId);
    buyers.onConnected(server.nodeId, server.nodeKey.publicKey(), now());
    server.greeting(nodeId, unix()).forEach(message -> deliver(server, message));
    drain();
  }

  void disconnect(ScriptedServer server) {
    connected.remove(server.nodeId);
    queue.clear();
    buyers.onDisconnected(server.nodeId, "the connection ended");
  }

  private void carryOut(Bytes32 id, BuyerAction action) {
    switch (action) {
      case BuyerAction.Send send -> {
        ScriptedServer server = servers.get(id);
        if (server != null && connected.contains(id)) {
          queue.add(
              () -> {
                VipMessage sent = wired(send.message());
                server.answer(sent, unix()).forEach(answer -> deliver(server, answer));
              });
        }
      }
      case BuyerAction.Note note -> history.add(note.entry());
      case BuyerAction.Work work -> {
        durableBudget = buyers == null ? durableBudget : buyers.budget().encoded();
        queue.add(
            () -> {
              FakePayer payer = payers.get(id);
              if (payer != null) {
                buyers.onOutcome(id, work, payer.work(work), now());
              }
            });
      }
    }
  }

  /** A message from a server. */
  void deliver(ScriptedServer server, VipMessage message) {
    queue.add(
        () -> {
          if (connected.contains(server.nodeId)) {
            buyers.onMessage(server.nodeId, wired(message), now());
          }
        });
  }

  private static VipMessage wired(VipMessage message) {
    return VipCodec.decode(message.code(), VipCodec.encode(message));
  }

  void drain() {
    int steps = 0;
    while (!queue.isEmpty()) {
      queue.removeFirst().run();
      if (++steps > 10_000) {
        throw new AssertionError("the two talk for ever");
      }
    }
  }

  /** Lets virtual seconds pass. */
  void pass(long seconds) {
    for (long i = 0; i < seconds; i++) {
      second++;
      for (Bytes32 id : List.copyOf(connected)) {
        ScriptedServer server = servers.get(id);
        if (server != null) {
          server.onSecond(unix()).forEach(message -> deliver(server, message));
        }
      }
      buyers.tick(now());
      drain();
    }
  }

  Moment now() {
    return new Moment(TimeUnit.SECONDS.toNanos(second), unix());
  }

  long unix() {
    return 1_700_000_000L + second;
  }

  BuyerView view(ScriptedServer server) {
    return buyers.views(now()).stream()
        .filter(view -> view.server().equals(server.nodeId))
        .findFirst()
        .orElseThrow();
  }

  List<HistoryEntry> history(HistoryEntry.Kind kind) {
    return history.stream().filter(entry -> entry.kind() == kind).toList();
  }

  UInt256 spent() {
    return buyers.budget().spentWei(unix());
  }
}
