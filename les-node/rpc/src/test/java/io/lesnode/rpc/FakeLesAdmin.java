package io.lesnode.rpc;

import io.lesnode.les.server.BalanceChange;
import io.lesnode.les.server.ClientEvent;
import io.lesnode.les.server.ClientInfo;
import io.lesnode.les.server.ClientPage;
import io.lesnode.les.server.ClientParams;
import io.lesnode.les.server.LesAdmin;
import io.lesnode.les.server.ServedChain;
import io.lesnode.les.server.ServerFigures;
import io.lesnode.les.server.ServerInfo;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.apache.tuweni.bytes.Bytes32;

/** A LES server that notes its orders; what it must not be asked fails the test. */
final class FakeLesAdmin implements LesAdmin {
  static final Bytes32 ALICE = Bytes32.repeat((byte) 0xa1);
  static final Bytes32 BOB = Bytes32.repeat((byte) 0xb0);
  static final ServerInfo INFO =
      new ServerInfo(16_000, 400_000, 390_000, 48_000, 32_000, 16_000, 3, 2, 1, 4);

  /** Orders in the order they came. */
  final List<String> orders = new ArrayList<>();

  final TreeMap<Bytes32, Long> balances = new TreeMap<>();
  final List<CapacityListener> listeners = new ArrayList<>();

  FakeLesAdmin() {
    balances.put(ALICE, 5_000_000L);
    balances.put(BOB, 0L);
  }

  @Override
  public ServerInfo serverInfo() {
    return INFO;
  }

  @Override
  public Map<Bytes32, ClientInfo> clientInfo(Collection<Bytes32> ids) {
    Map<Bytes32, ClientInfo> found = new LinkedHashMap<>();
    (ids.isEmpty() ? List.of(ALICE) : ids).forEach(id -> found.put(id, info(id)));
    return found;
  }

  private ClientInfo info(Bytes32 id) {
    long balance = balances.getOrDefault(id, 0L);
    if (!id.equals(ALICE)) {
      return new ClientInfo(id, balance, false, Optional.empty());
    }
    ClientParams factors =
        new ClientParams(
            OptionalLong.empty(),
            OptionalDouble.of(1e-9),
            OptionalDouble.of(0),
            OptionalDouble.of(1),
            OptionalDouble.empty(),
            OptionalDouble.empty(),
            OptionalDouble.empty());
    return new ClientInfo(
        id,
        balance,
        true,
        Optional.of(
            new ClientInfo.Connection(
                2_500_000_000L,
                32_000,
                77,
                factors,
                true,
                12,
                3,
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 30303),
                "Geth/\u001b[31mred",
                4)));
  }

  @Override
  public ClientPage priorityClientInfo(Bytes32 start, Bytes32 stop, int maxCount) {
    orders.add("page " + start.slice(0, 1) + " " + stop.slice(0, 1) + " " + maxCount);
    return new ClientPage(List.of(info(ALICE)), Optional.of(BOB));
  }

  @Override
  public void setClientParams(Collection<Bytes32> ids, ClientParams params) {
    orders.add("params " + ids.size() + " " + params);
  }

  @Override
  public void setDefaultParams(ClientParams params) {
    orders.add("defaults " + params);
  }

  @Override
  public BalanceChange addBalance(Bytes32 id, long amount) {
    orders.add("add " + id.slice(0, 1) + " " + amount);
    long old = balances.getOrDefault(id, 0L);
    balances.put(id, old + amount);
    return new BalanceChange(old, old + amount);
  }

  @Override
  public void setConnectedBias(long biasNanos) {
    orders.add("bias " + biasNanos);
  }

  @Override
  public void freezeClient(Bytes32 id) {
    orders.add("freeze " + id.slice(0, 1));
  }

  @Override
  public ServedChain.Subscription onTotalCapacity(CapacityListener listener) {
    listeners.add(listener);
    listener.onTotalCapacity(390_000, 32_000);
    return () -> listeners.remove(listener);
  }

  @Override
  public List<ClientEvent> recentEvents() {
    return List.of(
        new ClientEvent(
            Instant.parse("2026-01-02T03:04:05Z"),
            BOB,
            "203.0.113.9:1234",
            ClientEvent.Kind.REFUSED,
            "no room"));
  }

  @Override
  public ServerFigures figures() {
    return new ServerFigures(
        INFO,
        Map.of(),
        Map.of(),
        1,
        2,
        3,
        4,
        5,
        6,
        7,
        8,
        new ServerFigures.Queue(9, 10, 11, 12),
        new ServerFigures.Events(13, 14, 15, 16, 17, 18, 19),
        new ServerFigures.Durations(20, 21_000_000_000L),
        new ServerFigures.Durations(22, 23_000_000_000L));
  }
}
