package io.lesnode.benchmarks.sim.vip;

import io.lesnode.benchmarks.sim.scenario.Strategy;
import io.lesnode.benchmarks.sim.scenario.VipSpec;
import io.lesnode.chain.index.RegisteredCheckpoint;
import io.lesnode.devp2p.Capability;
import io.lesnode.devp2p.DisconnectReason;
import io.lesnode.devp2p.NodeId;
import io.lesnode.devp2p.PeerLink;
import io.lesnode.devp2p.PeerSession;
import io.lesnode.les.server.DrivenPeer;
import io.lesnode.les.server.DrivenServer;
import io.lesnode.les.server.LesServerConfig;
import io.lesnode.les.server.NodeLoop;
import io.lesnode.les.server.ServedChain;
import io.lesnode.les.server.ServedHead;
import io.lesnode.les.server.ServedView;
import io.lesnode.les.server.ServingModel;
import io.lesnode.les.wire.KeyValues;
import io.lesnode.les.wire.LesMessage;
import io.lesnode.les.wire.LesVersion;
import io.lesnode.les.wire.StatusKeys;
import io.lesnode.primitives.BlockHeader;
import io.lesnode.primitives.config.ForkId;
import io.lesnode.primitives.crypto.KeyPair;
import io.lesnode.vip.VipHost;
import io.lesnode.vipnode.wire.VipCapability;
import io.lesnode.vipnode.wire.VipCodec;
import io.lesnode.vipnode.wire.VipMessage;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;
import org.jspecify.annotations.Nullable;

/**
 * The least that money on virtual time needs: a heap of events, the driven LES server, and
 * connections with an even latency on which nothing is asked. Independent of the engine, so that
 * both can be wrong only apart.
 */
final class SmallWorld {
  static final long SECOND = 1_000_000_000L;
  static final long LATENCY = 10_000_000L;
  private static final long NETWORK = 1337;

  final Loop loop = new Loop();
  final DrivenServer les;
  final Marketplace market;
  final List<String> log = new ArrayList<>();

  /** The bids that stand, in the order in which they were made. */
  final Map<Bytes32, VipMessage.Bid> bids = new LinkedHashMap<>();

  private final NoChain chain = new NoChain();
  private final SplittableRandom random;

  SmallWorld(VipSpec vip, int servePercent, int maxClients, long seed) {
    random = new SplittableRandom(seed);
    KeyPair nodeKey = key(0);
    les =
        new DrivenServer(
            LesServerConfig.of(NETWORK, servePercent, maxClients),
            new DrivenServer.Parts(
                chain,
                loop,
                new Nothing(),
                nodeKey,
                () -> Instant.EPOCH.plusNanos(loop.nowNanos),
                random.split()));
    market =
        new Marketplace(
            vip,
            les,
            new VipHost() {
              @Override
              public long nowNanos() {
                return loop.nowNanos;
              }

              @Override
              public void schedule(long delayNanos, Runnable task) {
                loop.later(delayNanos, task);
              }
            },
            nodeKey,
            chain.genesisHash());
  }

  static KeyPair key(int number) {
    return KeyPair.ofSecret(Bytes32.leftPad(Bytes.ofUnsignedInt(number + 1_000L)));
  }

  /** A client that comes when it is told to. */
  Customer customer(String group, int number, Strategy.Paying strategy) {
    return new Customer(group, number, strategy);
  }

  void runTo(long seconds) {
    loop.runTo(seconds * SECOND);
  }

  /** Virtual time. */
  static final class Loop implements NodeLoop {
    private record Event(long atNanos, long order, Runnable task) {}

    private final PriorityQueue<Event> events =
        new PriorityQueue<>(
            Comparator.comparingLong(Event::atNanos).thenComparingLong(Event::order));
    private final Deque<Runnable> ready = new ArrayDeque<>();
    private long order;
    private long nowNanos;

    @Override
    public void execute(Runnable task) {
      ready.add(task);
    }

    private void later(long delayNanos, Runnable task) {
      events.add(new Event(nowNanos + Math.max(0, delayNanos), order++, task));
    }

    @Override
    public NodeLoop.Timer schedule(long delayNanos, Runnable task) {
      boolean[] cancelled = new boolean[1];
      later(
          delayNanos,
          () -> {
            if (!cancelled[0]) {
              task.run();
            }
          });
      return () -> cancelled[0] = true;
    }

    @Override
    public long nowNanos() {
      return nowNanos;
    }

    void runTo(long endNanos) {
      while (true) {
        Runnable now = ready.poll();
        if (now != null) {
          now.run();
        } else if (!events.isEmpty() && events.element().atNanos() <= endNanos) {
          Event next = events.remove();
          nowNanos = next.atNanos();
          next.task().run();
        } else {
          break;
        }
      }
      nowNanos = endNanos;
    }
  }

  /** A client and its connection. */
  final class Customer implements ServiceSeen {
    final PayingClient client;
    final NodeId id;
    private final InetSocketAddress address;
    private @Nullable DrivenPeer peer;
    private @Nullable PeerSession atServer;
    private @Nullable PeerSession atClient;
    private long connection;
    boolean left;
    long flaws;

    Customer(String group, int number, Strategy.Paying strategy) {
      this.id = NodeId.of(key(number).publicKey());
      this.address = address(number);
      this.client = market.client(group, id.hash(), strategy, random.split(), this);
    }

    private InetSocketAddress address(int number) {
      try {
        byte[] bytes = {10, (byte) (number >> 16), (byte) (number >> 8), (byte) number};
        return new InetSocketAddress(InetAddress.getByAddress(bytes), 30303);
      } catch (UnknownHostException impossible) {
        throw new IllegalStateException(impossible);
      }
    }

    /** The least capacity of the server. */
    long least() {
      return les.info().minimumCapacity();
    }

    void come() {
      long mine = ++connection;
      DrivenPeer accepted = les.accept(new Link(mine, true, false), LesVersion.LES4);
      peer = accepted;
      Capability vip =
          new Capability(VipCapability.NAME, VipCapability.VERSION, VipCapability.MESSAGE_COUNT);
      atServer = market.server().accept(new Link(mine, true, true), vip);
      atClient = client.accept(new Link(mine, false, true));
      accepted.onMessage(chain.greeting(), 100);
    }

    void go() {
      connection++;
      DrivenPeer before = peer;
      PeerSession server = atServer;
      PeerSession mine = atClient;
      peer = null;
      if (before != null && server != null && mine != null) {
        before.onClosed(DisconnectReason.REQUESTED);
        server.onClosed(DisconnectReason.REQUESTED, true);
        mine.onClosed(DisconnectReason.REQUESTED, false);
      }
    }

    @Override
    public long answers() {
      return 10;
    }

    @Override
    public long flaws() {
      return flaws;
    }

    @Override
    public long askedCost() {
      return 0;
    }

    @Override
    public long capacity() {
      DrivenPeer now = peer;
      return now == null ? 0 : now.capacity();
    }

    @Override
    public void leave() {
      left = true;
      go();
    }

    private void log(String from, int code, Bytes payload) {
      String name = VipCodec.decode(code, payload).getClass().getSimpleName();
      if (VipCodec.decode(code, payload) instanceof VipMessage.Bid bid) {
        bids.remove(id.hash());
        bids.put(id.hash(), bid);
      }
      log.add(loop.nowNanos / 1_000_000 + " ms " + from + " " + name + detail(code, payload));
    }

    private static String detail(int code, Bytes payload) {
      return switch (VipCodec.decode(code, payload)) {
        case VipMessage.Capacity capacity -> " " + capacity.minRecharge();
        case VipMessage.Notice notice -> " " + notice.noticeKind().orElseThrow();
        case VipMessage.Refuse refuse -> " " + refuse.text();
        default -> "";
      };
    }

    /** One end of LES, on which nothing is heard, or of vip. */
    private final class Link implements PeerLink {
      private final long mine;
      private final boolean isServers;
      private final boolean isVip;

      Link(long mine, boolean isServers, boolean isVip) {
        this.mine = mine;
        this.isServers = isServers;
        this.isVip = isVip;
      }

      @Override
      public NodeId remoteId() {
        return isServers ? id : NodeId.of(key(0).publicKey());
      }

      @Override
      public String clientName() {
        return "small";
      }

      @Override
      public List<String> remoteCapabilities() {
        return List.of("les/4", "vip/1");
      }

      @Override
      public InetSocketAddress remoteAddress() {
        return isServers ? address : new InetSocketAddress(InetAddress.getLoopbackAddress(), 30303);
      }

      @Override
      public InetSocketAddress localAddress() {
        return remoteAddress();
      }

      @Override
      public boolean inbound() {
        return isServers;
      }

      @Override
      public boolean isStatic() {
        return false;
      }

      @Override
      public boolean trusted() {
        return false;
      }

      @Override
      public boolean send(int code, Bytes payload) {
        if (mine != connection) {
          return false;
        }
        if (isVip) {
          log(isServers ? "server" : "client", code, payload);
          loop.later(
              LATENCY,
              () -> {
                PeerSession to = isServers ? atClient : atServer;
                if (mine == connection && to != null) {
                  to.onMessage(code, payload);
                }
              });
        }
        return true;
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
        loop.execute(Customer.this::go);
      }
    }
  }

  /** Nothing is ever asked. */
  private static final class Nothing implements ServingModel {
    @Override
    public long servingNanos(LesMessage.Request request, int running) {
      return 1;
    }

    @Override
    public Bytes body(LesMessage.Request request) {
      return Bytes.EMPTY;
    }
  }

  /** A chain of one block. */
  private static final class NoChain implements ServedChain {
    private final BlockHeader genesis = new BlockHeader.Builder().build();
    private final ForkId.Schedule forks = new ForkId.Schedule(genesis.hash(), List.of(), List.of());

    LesMessage.Status greeting() {
      return new LesMessage.Status(
          KeyValues.builder()
              .unsignedLong(StatusKeys.PROTOCOL_VERSION, LesVersion.LES4.number())
              .unsignedLong(StatusKeys.NETWORK_ID, NETWORK)
              .unsigned256(StatusKeys.HEAD_TD, UInt256.ZERO)
              .bytes(StatusKeys.GENESIS_HASH, genesisHash())
              .forkId(StatusKeys.FORK_ID, forks.idAt(0, 0))
              .build());
    }

    @Override
    public Bytes32 genesisHash() {
      return genesis.hash();
    }

    @Override
    public ForkId.Schedule forkSchedule() {
      return forks;
    }

    @Override
    public ServedHead head() {
      return new ServedHead(genesis, genesis.difficulty());
    }

    @Override
    public boolean isArchive() {
      return false;
    }

    @Override
    public Optional<RegisteredCheckpoint> registeredCheckpoint() {
      return Optional.empty();
    }

    @Override
    public ServedView openView() {
      throw new IllegalStateException("there is nothing to read");
    }

    @Override
    public Subscription subscribe(HeadListener listener) {
      return () -> {};
    }
  }
}
