package io.lesnode.les.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lesnode.devp2p.DisconnectReason;
import io.lesnode.les.wire.HashOrNumber;
import io.lesnode.les.wire.LesMessage;
import io.lesnode.les.wire.LesMessage.Announce;
import io.lesnode.les.wire.LesMessage.GetBlockHeaders;
import io.lesnode.les.wire.LesVersion;
import io.lesnode.les.wire.StatusKeys;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** What the operator orders is done as a whole or refused with one clear error. */
class OperatorTest {

  private static final long NETWORK_ID = 9;
  private static final long MIN_CAPACITY = 16_000;
  private static final long MUCH = 1_000_000_000_000_000L;
  private static final long SECOND_NANOS = 1_000_000_000;

  private final ManualLoop loop = new ManualLoop();
  private final FakeServedChain chain = new FakeServedChain();
  private SimServer server = server(10);
  private int clientCount;

  private SimServer server(int maxClients) {
    return SimServer.of(LesServerConfig.of(NETWORK_ID, 100, maxClients), chain, loop);
  }

  private SimClient connect(LesVersion version) {
    return new SimClient(server, version, clientCount++).greet();
  }

  private SimClient connect() {
    return connect(LesVersion.LES4);
  }

  private BalanceChange addBalance(Bytes32 id, long amount) {
    List<Optional<AdminFailure>> stored = new ArrayList<>();
    BalanceChange change = server.desk.addBalance(id, amount, stored::add);
    assertThat(stored).containsExactly(Optional.empty());
    return change;
  }

  private static void assertRefused(ThrowingCallable order, String text) {
    assertThatThrownBy(order).isInstanceOf(AdminException.class).hasMessage(text);
  }

  private static ClientParams timeFactor(double factor) {
    return new ClientParams(
        ClientParams.NONE.capacity(),
        OptionalDouble.of(factor),
        OptionalDouble.empty(),
        OptionalDouble.empty(),
        OptionalDouble.empty(),
        OptionalDouble.empty(),
        OptionalDouble.empty());
  }

  @Test
  void aClientWithABalanceGetsMoreCapacityAndIsToldOfIt() {
    SimClient client = connect();
    assertThat(client.capacity()).isEqualTo(MIN_CAPACITY);
    assertThat(addBalance(client.id(), MUCH)).isEqualTo(new BalanceChange(0, MUCH));
    server.desk.setClientParams(List.of(client.id()), ClientParams.ofCapacity(48_000));
    assertThat(client.capacity()).isEqualTo(48_000);
    assertThat(client.received())
        .singleElement()
        .isInstanceOfSatisfying(
            Announce.class,
            update -> {
              assertThat(update.update().requireUnsignedLong(StatusKeys.MIN_RECHARGE))
                  .isEqualTo(48_000);
              assertThat(update.update().requireUnsignedLong(StatusKeys.BUFFER_LIMIT))
                  .isEqualTo(48_000 * 6000);
            });
    ServerInfo info = server.desk.serverInfo();
    assertThat(info.totalConnectedCapacity()).isEqualTo(48_000);
    assertThat(info.priorityConnectedCapacity()).isEqualTo(48_000);
    assertThat(info.priorityClients()).isEqualTo(1);
  }

  @Test
  void aRaiseIsEnforcedAtOnceAndACutTwoSecondsLater() {
    SimClient client = connect();
    addBalance(client.id(), MUCH);
    server.desk.setClientParams(List.of(client.id()), ClientParams.ofCapacity(64_000));
    assertThat(bufferLimit(client)).isEqualTo(64_000 * 6000);
    server.desk.setClientParams(List.of(client.id()), ClientParams.ofCapacity(MIN_CAPACITY));
    loop.advance(2 * SECOND_NANOS - 1);
    assertThat(bufferLimit(client)).isEqualTo(64_000 * 6000);
    loop.advance(SECOND_NANOS);
    assertThat(bufferLimit(client)).isEqualTo(MIN_CAPACITY * 6000);
  }

  private long bufferLimit(SimClient client) {
    return server
        .state
        .clients()
        .member(client.id())
        .orElseThrow()
        .client()
        .bufferStatus(loop.nowNanos())
        .bufferLimit();
  }

  @Test
  void wrongOrdersAreRefusedAndChangeNothing() {
    SimClient rich = connect();
    SimClient poor = connect();
    addBalance(rich.id(), MUCH);
    Bytes32 unknown = SimClient.nodeId(999).hash();
    ServerInfo before = server.desk.serverInfo();
    ClientInfo richBefore = rich.info();

    assertRefused(
        () -> server.desk.setClientParams(List.of(rich.id(), unknown), timeFactor(3)),
        "client " + unknown.toUnprefixedHexString() + " is not connected");
    assertRefused(
        () ->
            server.desk.setClientParams(
                List.of(rich.id(), poor.id()), timeFactor(3).withCapacity(20_000)),
        "priority too low to raise capacity");
    assertRefused(
        () -> server.desk.setClientParams(List.of(rich.id()), timeFactor(3).withCapacity(15_999)),
        "invalid value for parameter 'capacity': 15999 is below 16000");
    assertRefused(
        () ->
            server.desk.setClientParams(List.of(rich.id()), timeFactor(3).withCapacity(2_000_000)),
        "total capacity exceeded: 2000000 of " + before.totalCapacity());
    assertRefused(
        () ->
            server.desk.setClientParams(
                List.of(rich.id()), timeFactor(3).withCapacity(Long.MAX_VALUE)),
        "total capacity exceeded: " + Long.MAX_VALUE + " of " + before.totalCapacity());
    assertRefused(
        () -> server.desk.setClientParams(List.of(rich.id()), timeFactor(-1)),
        "invalid value for parameter 'pricing/timeFactor'");
    assertRefused(
        () -> server.desk.setClientParams(List.of(), timeFactor(Double.NaN)),
        "invalid value for parameter 'pricing/timeFactor'");
    assertRefused(
        () -> server.desk.setDefaultParams(ClientParams.ofCapacity(20_000)),
        "invalid default parameter 'capacity'");
    assertRefused(() -> server.desk.setConnectedBias(-1), "bias illegal: -1ns less than 0");
    assertRefused(
        () -> server.desk.freezeClient(unknown),
        "client " + unknown.toUnprefixedHexString() + " is not connected");
    assertRefused(
        () -> server.desk.priorityClientInfo(Bytes32.ZERO, Bytes32.ZERO, -1),
        "invalid value for parameter 'maxCount'");
    assertRefused(
        () -> server.desk.addBalance(rich.id(), Long.MAX_VALUE, stored -> {}), "balance overflow");

    assertThat(server.desk.serverInfo()).isEqualTo(before);
    assertThat(rich.info()).isEqualTo(richBefore);
  }

  @Test
  void anUnreachableCapacityPutsBackWhatWasChangedBefore() {
    List<SimClient> clients = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      SimClient client = connect();
      addBalance(client.id(), MUCH);
      clients.add(client);
    }
    // the third has far less: raising all three leaves nothing that it could take from the others
    addBalance(clients.get(2).id(), -MUCH + 60_000_000_000L);
    List<Bytes32> ids = clients.stream().map(SimClient::id).toList();
    server.desk.setClientParams(ids.subList(0, 2), ClientParams.ofCapacity(400_000));
    List<ClientInfo> before = clients.stream().map(SimClient::info).toList();
    ClientParams wanted = timeFactor(2).withCapacity(330_000);
    assertRefused(
        () -> server.desk.setClientParams(List.of(ids.get(2)), wanted),
        "unable to find maximum allowed capacity");
    assertThat(clients.stream().map(SimClient::info).toList()).isEqualTo(before);
  }

  @Test
  void noIdsMeanAllConnectedClients() {
    List<SimClient> clients = IntStream.range(0, 3).mapToObj(i -> connect()).toList();
    assertThat(server.desk.clientInfo(List.of()).keySet())
        .containsExactlyElementsOf(clients.stream().map(SimClient::id).toList());
    server.desk.setClientParams(List.of(), timeFactor(5));
    assertThat(clients)
        .allSatisfy(
            client ->
                assertThat(client.info().connection().orElseThrow().factors().timeFactor())
                    .hasValue(5));
  }

  @Test
  void defaultsHoldForThoseWhoComeLater() {
    SimClient early = connect();
    server.desk.setDefaultParams(timeFactor(7));
    SimClient late = connect();
    assertThat(early.info().connection().orElseThrow().factors().timeFactor()).hasValue(0);
    assertThat(late.info().connection().orElseThrow().factors().timeFactor()).hasValue(7);
  }

  @Test
  void clientsWithABalanceArePagedInTheOrderOfTheirIds() {
    List<Bytes32> ids =
        IntStream.range(0, 5).mapToObj(i -> SimClient.nodeId(i).hash()).sorted().toList();
    ids.forEach(id -> addBalance(id, MUCH));
    ClientPage first = server.desk.priorityClientInfo(Bytes32.ZERO, Bytes32.ZERO, 3);
    assertThat(first.clients().stream().map(ClientInfo::id))
        .containsExactlyElementsOf(ids.subList(0, 3));
    assertThat(first.next()).contains(ids.get(3));
    ClientPage rest = server.desk.priorityClientInfo(ids.get(3), Bytes32.ZERO, 3);
    assertThat(rest.clients().stream().map(ClientInfo::id))
        .containsExactlyElementsOf(ids.subList(3, 5));
    assertThat(rest.next()).isEmpty();
    assertThat(server.desk.priorityClientInfo(ids.get(1), ids.get(2), 9).clients()).hasSize(1);
  }

  @Test
  void theBalancePaysForRequestsAndForTime() {
    SimClient client = connect();
    addBalance(client.id(), MUCH);
    client.send(new GetBlockHeaders(1, HashOrNumber.of(0), 1, 0, false));
    loop.advance(SECOND_NANOS);
    // 50 µs of serving, and a second of 16,000 units of capacity at one per million
    assertThat(client.info().positiveBalance()).isEqualTo(MUCH - 50_000 - 16_000_000);
  }

  @Test
  void aFrozenClientIsToldToStopAndResumesLater() {
    SimClient client = connect();
    server.desk.freezeClient(client.id());
    assertThat(client.info().connection().orElseThrow().frozen()).isTrue();
    loop.advance(2 * SECOND_NANOS);
    assertThat(client.received())
        .extracting(LesMessage::code)
        .containsExactly(LesMessage.Stop.CODE, LesMessage.Resume.CODE);
    assertThat(client.isConnected()).isTrue();
    assertThat(server.state.log().recent())
        .extracting(ClientEvent::kind)
        .containsExactly(ClientEvent.Kind.FROZEN, ClientEvent.Kind.RESUMED);
    assertThat(server.desk.figures().events().frozen()).isEqualTo(1);
  }

  @Test
  void anOldClientCannotBeFrozen() {
    SimClient old = connect(LesVersion.LES2);
    assertRefused(
        () -> server.desk.freezeClient(old.id()),
        "client " + old.id().toUnprefixedHexString() + " speaks les/2, which has no Stop");
    assertThat(old.isConnected()).isTrue();
  }

  @Test
  void whoPaysDisplacesWhoDoesNotAndTheReasonIsVisible() {
    server = server(2);
    SimClient first = connect();
    SimClient second = connect();
    SimClient refused = connect();
    assertThat(refused.link.disconnected()).isEqualTo(DisconnectReason.REQUESTED);
    addBalance(SimClient.nodeId(clientCount).hash(), MUCH);
    SimClient paying = connect();
    loop.run();
    assertThat(paying.isConnected()).isTrue();
    assertThat(List.of(first, second)).filteredOn(SimClient::isConnected).hasSize(1);
    assertThat(server.state.log().recent())
        .extracting(ClientEvent::kind)
        .containsExactly(ClientEvent.Kind.REFUSED, ClientEvent.Kind.KICKED);
    assertThat(server.state.log().recent().getLast().reason()).contains("higher priority");
  }

  @Test
  void whoWaitsForRoomHasNoBufferAndHearsTheHeadLater() {
    server = server(1);
    addBalance(SimClient.nodeId(0).hash(), Long.MAX_VALUE / 2);
    addBalance(SimClient.nodeId(1).hash(), MUCH);
    SimClient served = connect();
    SimClient waiting = new SimClient(server, LesVersion.LES4, clientCount++);
    waiting.greetKeeping();
    assertThat(waiting.isConnected()).isTrue();
    assertThat(waiting.capacity()).isZero();
    assertThat(recharges(waiting)).containsExactly(0L);

    chain.publish(new ServedHead(chain.head().header(), UInt256.valueOf(1_000_000)));
    loop.run();
    assertThat(served.received()).hasSize(1);
    assertThat(waiting.received()).isEmpty();

    served.session.onClosed(DisconnectReason.QUITTING, true);
    loop.run();
    assertThat(waiting.capacity()).isEqualTo(MIN_CAPACITY);
    List<Announce> told = waiting.received().stream().map(message -> (Announce) message).toList();
    assertThat(told).hasSize(2);
    assertThat(told.getFirst().update().requireUnsignedLong(StatusKeys.MIN_RECHARGE))
        .isEqualTo(MIN_CAPACITY);
    assertThat(told.getLast().headTd()).isEqualTo(UInt256.valueOf(1_000_000));
  }

  private static List<Long> recharges(SimClient client) {
    return client.received().stream()
        .filter(Announce.class::isInstance)
        .map(message -> ((Announce) message).update())
        .map(update -> update.requireUnsignedLong(StatusKeys.MIN_RECHARGE))
        .toList();
  }

  @Test
  void anAddressThatUsedMuchGivesWayToAnotherOne() throws UnknownHostException {
    server = server(1);
    SimClient used = new SimClient(server, LesVersion.LES4, 1, ipv6("2001:db8::1")).greet();
    loop.advance(400 * SECOND_NANOS);
    used.session.onClosed(DisconnectReason.QUITTING, true);
    loop.run();
    // another node of the same /64 is the same free client
    SimClient same = new SimClient(server, LesVersion.LES4, 2, ipv6("2001:db8::2")).greet();
    assertThat(same.isConnected()).isTrue();
    SimClient other = new SimClient(server, LesVersion.LES4, 3, ipv6("2001:db8:1::1")).greet();
    loop.run();
    assertThat(other.isConnected()).isTrue();
    assertThat(same.isConnected()).isFalse();
    // one that used nothing yet keeps its place
    SimClient third = new SimClient(server, LesVersion.LES4, 4, ipv6("2001:db8:2::1")).greet();
    assertThat(third.isConnected()).isFalse();
  }

  private static InetSocketAddress ipv6(String address) throws UnknownHostException {
    return new InetSocketAddress(InetAddress.getByName(address), 30303);
  }

  @Test
  void theReserveIsForOwnClientsAndTheFloorForFreeOnes() {
    int own = 50;
    server =
        SimServer.of(
            LesServerConfig.builder(NETWORK_ID, 100, 10)
                .reserve(Set.of(SimClient.nodeId(own).hash()), 20)
                .freeFloor(30)
                .build(),
            chain,
            loop);
    List<SimClient> paying = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      addBalance(SimClient.nodeId(clientCount).hash(), MUCH);
      paying.add(connect());
    }
    loop.advance(SECOND_NANOS);
    assertThat(paying).filteredOn(client -> client.capacity() > 0).hasSize(5);
    List<SimClient> free = IntStream.range(0, 5).mapToObj(i -> connect()).toList();
    loop.advance(SECOND_NANOS);
    assertThat(free).filteredOn(SimClient::isConnected).hasSize(3);
    SimClient mine = new SimClient(server, LesVersion.LES4, own).greet();
    assertThat(mine.isConnected()).isTrue();
    assertThat(mine.info().reserved()).isTrue();
  }

  @Test
  void linksToServersAreCountedApartAndBounded() {
    server =
        SimServer.of(
            LesServerConfig.builder(NETWORK_ID, 100, 1).maxServerLinks(2).build(), chain, loop);
    List<SimClient> servers =
        IntStream.range(100, 103)
            .mapToObj(i -> new SimClient(server, LesVersion.LES4, i))
            .map(s -> s.greet(status -> status.unsignedLong(StatusKeys.MIN_RECHARGE, 1)))
            .toList();
    assertThat(servers.get(2).link.disconnected()).isEqualTo(DisconnectReason.TOO_MANY_PEERS);
    assertThat(server.desk.serverInfo().serverLinks()).isEqualTo(2);
    assertThat(connect().isConnected()).isTrue();
    servers.getFirst().session.onClosed(DisconnectReason.QUITTING, true);
    loop.run();
    assertThat(server.desk.serverInfo().serverLinks()).isEqualTo(1);
  }

  @Test
  void oneNodeIsServedOnOneConnection() {
    SimClient first = connect();
    SimClient again = new SimClient(server, LesVersion.LES4, 0).greet();
    assertThat(again.link.disconnected()).isEqualTo(DisconnectReason.ALREADY_CONNECTED);
    assertThat(first.isConnected()).isTrue();
    again.session.onClosed(DisconnectReason.ALREADY_CONNECTED, false);
    loop.run();
    assertThat(first.info().isConnected()).isTrue();
  }

  @Test
  void unsyncedServersServeOnlyWhenTold() {
    server.state.setSynced(false);
    assertThat(connect().isConnected()).isFalse();
    server =
        SimServer.of(
            LesServerConfig.builder(NETWORK_ID, 100, 1).servesUnsynced(true).build(), chain, loop);
    server.state.setSynced(false);
    assertThat(connect().isConnected()).isTrue();
  }
}
