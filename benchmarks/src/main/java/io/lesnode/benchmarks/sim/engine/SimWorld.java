package io.lesnode.benchmarks.sim.engine;

import io.lesnode.benchmarks.sim.scenario.Capacity;
import io.lesnode.benchmarks.sim.scenario.GroupSpec;
import io.lesnode.benchmarks.sim.scenario.Scenario;
import io.lesnode.benchmarks.sim.scenario.ServerSpec;
import io.lesnode.benchmarks.sim.scenario.ServerSpec.PoolSpec;
import io.lesnode.benchmarks.sim.scenario.Strategy;
import io.lesnode.devp2p.NodeId;
import io.lesnode.flowcontrol.server.RechargeCurve;
import io.lesnode.les.server.BalanceChange;
import io.lesnode.les.server.DrivenPeer;
import io.lesnode.les.server.DrivenServer;
import io.lesnode.les.server.FreeClientId;
import io.lesnode.les.server.LesServerConfig;
import io.lesnode.les.wire.KeyValues;
import io.lesnode.les.wire.LesMessage;
import io.lesnode.les.wire.LesVersion;
import io.lesnode.les.wire.StatusKeys;
import io.lesnode.primitives.crypto.KeyPair;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;
import org.jspecify.annotations.Nullable;

/**
 * Everything that one run is made of: virtual time, the server, the groups of clients; confined to
 * the run.
 */
public final class SimWorld {

  private static final long NETWORK_ID = 1;
  private static final long BYTES_PER_SECOND_TO_MILLI = 1_000;
  private static final int IPV6_BITS = 64;
  private static final int SECRET_WORDS = 3;
  private static final int FIRST_NETWORK = 0x01_0000;
  private static final int LOOPBACK_NETWORK = 0x7f_0000;
  private static final int NETWORKS = 0xde_0000;
  private static final int FIRST_PORT = 1_024;
  private static final int PORTS = 60_000;
  private static final int SERVER_PORT = 30_303;

  /** Where virtual time stands at its beginning, for what shows a date: 1 January 2026. */
  private static final long EPOCH_SECONDS = 1_767_225_600L;

  private final Scenario scenario;
  private final Optional<SimExtension> extension;
  private final VirtualLoop loop = new VirtualLoop();
  private final DrivenServer server;
  private final KeyPair serverKey;
  private final NodeId serverId;
  private final InetSocketAddress serverAddress;
  private final LesMessage.Status greeting;
  private final List<SimGroup> groups = new ArrayList<>();
  private final Grants grants;
  private final List<Left> left = new ArrayList<>();
  private long nextAddress;
  private long tokensGranted;
  private boolean isEnding;

  /** A client that left while requests of it were being served. */
  private record Left(SimClient client, DrivenPeer peer) {}

  SimWorld(Scenario scenario, Optional<SimExtension> extension) {
    this.scenario = scenario;
    this.extension = extension;
    long seed = scenario.seed();
    serverKey = newKey("server", 0, 0);
    serverId = NodeId.of(serverKey.publicKey());
    serverAddress = new InetSocketAddress(inet(0), SERVER_PORT);
    nextAddress = 1;
    SimChain chain = new SimChain();
    server =
        new DrivenServer(
            config(scenario.server()),
            new DrivenServer.Parts(
                chain,
                loop,
                new ServiceTimes(scenario.server(), seed),
                serverKey,
                clock(),
                Draws.of(seed, "server", 0).split()));
    prepare(scenario.server().pool());
    switch (scenario.server().bonus()) {
      case TENTH -> {} // what the server does
      case ALL -> server.setIdleCurve(SimWorld::everything);
      case NONE -> server.setIdleCurve(RechargeCurve::busy);
    }
    greeting =
        new LesMessage.Status(
            KeyValues.builder()
                .unsignedLong(StatusKeys.PROTOCOL_VERSION, LesVersion.LES4.number())
                .unsignedLong(StatusKeys.NETWORK_ID, NETWORK_ID)
                .unsigned256(StatusKeys.HEAD_TD, UInt256.ZERO)
                .bytes(StatusKeys.GENESIS_HASH, chain.genesisHash())
                .forkId(StatusKeys.FORK_ID, chain.forkSchedule().idAt(0, 0))
                .build());
    grants = new Grants(this);
  }

  private static LesServerConfig config(ServerSpec spec) {
    LesServerConfig usual = LesServerConfig.of(NETWORK_ID, spec.servePercent(), spec.maxClients());
    return new LesServerConfig(
        NETWORK_ID,
        spec.servePercent(),
        Math.ceilDiv(spec.ingressBytesPerSecond(), BYTES_PER_SECOND_TO_MILLI),
        Math.ceilDiv(spec.egressBytesPerSecond(), BYTES_PER_SECOND_TO_MILLI),
        spec.maxClients(),
        usual.maxServerLinks(),
        0,
        false,
        false,
        Set.of(),
        0,
        spec.freeFloorPercent(),
        new FreeClientId(spec.freeIpv4Bits(), IPV6_BITS),
        spec.promised(),
        spec.threads());
  }

  /** However little is asked for, all is given. */
  private static RechargeCurve everything(long totalRecharge) {
    return new RechargeCurve(List.of(new RechargeCurve.Point(0, totalRecharge)));
  }

  private void prepare(PoolSpec pool) {
    server.setConnectedBias(pool.connectedBiasNanos());
    server.setPoolPrices(
        pool.positive(),
        pool.negative(),
        pool.positiveExpirySeconds(),
        pool.negativeExpirySeconds());
  }

  /** Makes the clients and has everything begin. */
  void start() {
    extension.ifPresent(e -> e.onStart(this));
    for (GroupSpec spec : scenario.groups()) {
      SimGroup group = new SimGroup(this, spec, scenario.network(), nextAddress);
      nextAddress += group.addressCount();
      groups.add(group);
    }
    groups.forEach(SimGroup::populate);
    grants.start();
    scenario.server().pauses().ifPresent(pauses -> new Imports(this, pauses).start());
    groups.forEach(SimGroup::start);
  }

  // ---- for everybody

  /** What is simulated. */
  public Scenario scenario() {
    return scenario;
  }

  /** The seed of every draw. */
  public long seed() {
    return scenario.seed();
  }

  /** Virtual time. */
  public VirtualLoop loop() {
    return loop;
  }

  /** The present moment, from 0. */
  public long nowNanos() {
    return loop.nowNanos();
  }

  /** The present moment as a date, for code that wants one: it begins with the year 2026. */
  public InstantSource clock() {
    return () -> Instant.ofEpochSecond(EPOCH_SECONDS, loop.nowNanos());
  }

  /** The real server. */
  public DrivenServer server() {
    return server;
  }

  /** The key of the server's node. */
  public KeyPair serverKey() {
    return serverKey;
  }

  /** The identity of the server's node. */
  public NodeId serverId() {
    return serverId;
  }

  /** The server's end of every connection. */
  public InetSocketAddress serverAddress() {
    return serverAddress;
  }

  /** The genesis hash of the simulated chain. */
  public Bytes32 genesisHash() {
    return greeting.values().requireHash(StatusKeys.GENESIS_HASH);
  }

  /** All clients, group by group. */
  public List<SimClient> clients() {
    return groups.stream().flatMap(group -> group.clients().stream()).toList();
  }

  /** The least capacity that a client is given. */
  public long minCapacity() {
    return server.info().minimumCapacity();
  }

  /** The greatest total capacity that there can be. */
  public long maxCapacity() {
    return server.info().maximumCapacity();
  }

  /** What a capacity of a scenario comes to, in units a millisecond. */
  public long capacity(Capacity capacity, Draws draws) {
    return grants.draw(capacity, draws);
  }

  /** Whether the simulated time is over and nothing new begins. */
  public boolean isEnding() {
    return isEnding;
  }

  /**
   * The end of a run in which something is not as it must always be; to be thrown.
   *
   * @param client whom it concerns
   * @param what is wrong
   */
  public IllegalStateException broken(@Nullable SimClient client, String what) {
    return new IllegalStateException(
        "Broken at "
            + nowNanos()
            + " ns, seed "
            + seed()
            + (client == null ? "" : ", client " + client)
            + ": "
            + what);
  }

  // ---- for the engine

  List<SimGroup> groups() {
    return groups;
  }

  Grants grants() {
    return grants;
  }

  LesMessage.Status greeting() {
    return greeting;
  }

  Optional<SimExtension> extension() {
    return extension;
  }

  ClientBehaviour behaviour(SimClient client, Strategy strategy) {
    return switch (strategy) {
      case Strategy.Free free -> Behaviours.of(free);
      case Strategy.Paying paying ->
          extension
              .orElseThrow(
                  () -> new IllegalStateException("group " + client.group() + " has no seller"))
              .behaviour(client, paying);
    };
  }

  void addTokens(SimClient client, long tokens) {
    BalanceChange change = server.addBalance(client.id().hash(), tokens);
    long added = change.newBalance() - change.oldBalance();
    tokensGranted = added > Long.MAX_VALUE - tokensGranted ? Long.MAX_VALUE : tokensGranted + added;
  }

  KeyPair newKey(String name, long index, long number) {
    byte[] secret = new byte[Bytes32.SIZE];
    long key = Draws.key(seed(), name + " key " + number, index);
    for (int word = 1; word <= SECRET_WORDS; word++) { // the first is zero: below the order
      byte[] bytes = Bytes.ofUnsignedLong(Draws.mix(key + word)).toArrayUnsafe();
      System.arraycopy(bytes, 0, secret, word * Long.BYTES, Long.BYTES);
    }
    return KeyPair.ofSecret(Bytes32.wrap(secret));
  }

  /** The end of a connection in the network of a number; each has one address. */
  InetSocketAddress address(long number, int index) {
    return new InetSocketAddress(inet(number), FIRST_PORT + index % PORTS);
  }

  long unusedAddressNumber() {
    return nextAddress++;
  }

  /** Addresses whose first three bytes count up, without those of the own machine. */
  private static InetAddress inet(long number) {
    int network = FIRST_NETWORK + (int) (number % (NETWORKS - FIRST_NETWORK));
    if (network >= LOOPBACK_NETWORK) {
      network += FIRST_NETWORK;
    }
    try {
      return InetAddress.getByAddress(
          new byte[] {(byte) (network >> 16), (byte) (network >> 8), (byte) network, 1});
    } catch (UnknownHostException impossible) {
      throw new IllegalStateException("An address of four bytes", impossible);
    }
  }

  void onClosed(SimClient client, DrivenPeer peer) {
    if (peer.unsettledTickets() > 0 || peer.requestsUnderWay() > 0) {
      left.removeIf(gone -> gone.peer().unsettledTickets() == 0);
      left.add(new Left(client, peer));
    }
  }

  // ---- the end

  void end() {
    isEnding = true;
  }

  /** Everything that was admitted has come to its end, and nothing was lost or made. */
  void checkSettled() {
    for (SimClient client : clients()) {
      SimConnection connection = client.connection();
      if (connection != null) {
        connection.peer().ifPresent(peer -> checkSettled(client, peer));
      }
    }
    left.forEach(gone -> checkSettled(gone.client(), gone.peer()));
    if (server.load().running() + server.load().waiting() + server.load().paused() > 0) {
      throw broken(null, "tasks are left: " + server.load());
    }
    long[] tokens = new long[1];
    boolean unused = server.withDesk(desk -> tokens[0] = desk.totals().totalTokens());
    if (scenario.vip().isEmpty() && tokens[0] > tokensGranted) {
      throw broken(null, tokens[0] + " tokens are there and " + tokensGranted + " were given");
    }
  }

  private void checkSettled(SimClient client, DrivenPeer peer) {
    if (peer.unsettledTickets() > 0 || peer.requestsUnderWay() > 0) {
      throw broken(
          client,
          peer.unsettledTickets()
              + " tickets are not settled, "
              + peer.requestsUnderWay()
              + " requests never came back; the server has "
              + server.load());
    }
  }
}
