package io.lesnode.devp2p.discovery;

import io.lesnode.devp2p.IpText;
import io.lesnode.devp2p.NodeId;
import io.lesnode.devp2p.discovery.dns.TreeWalk;
import io.lesnode.devp2p.discovery.table.KnownNode;
import io.lesnode.devp2p.discovery.table.NodeQueries;
import io.lesnode.devp2p.discovery.table.NodeTable;
import io.lesnode.devp2p.discovery.table.NodeWalk;
import io.lesnode.devp2p.discovery.table.Target;
import io.lesnode.devp2p.discovery.v4.DiscoveryV4;
import io.lesnode.devp2p.discovery.v4.PacketsV4;
import io.lesnode.devp2p.discovery.v5.DiscoveryV5;
import io.lesnode.devp2p.enr.NodeRecord;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds nodes and lets us be found: discovery v4 and v5 on one UDP port as geth has it (a datagram
 * that carries the hash of a v4 packet is one, everything else goes to v5), and node lists in DNS.
 *
 * <p>Methods may be called from any thread; the tables live on the discovery loop.
 */
public final class DiscoveryService implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(DiscoveryService.class);

  private static final long SAVE_NANOS = TimeUnit.MINUTES.toNanos(1);
  private static final long SAVE_MIN_AGE_NANOS = TimeUnit.MINUTES.toNanos(5);
  private static final long STATUS_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final long CLOSE_LIMIT_SECONDS = 2;
  private static final long READY_LIMIT_SECONDS = 5;

  /** Found nodes that are told apart in the status. */
  private static final int ACCEPTED_MAX = 10_000;

  /** How long DNS rests while no nodes are wanted. */
  private static final long DNS_REST_NANOS = TimeUnit.SECONDS.toNanos(5);

  /** One protocol with its table. */
  private record Part(NodeTable table, NodeWalk walk) {}

  private final DiscoveryConfig config;
  private final UdpLoop loop;
  private final NodeFile file;
  private final SecureRandom random = new SecureRandom();
  private final List<Part> parts = new ArrayList<>();
  private final AtomicLong dnsNodes = new AtomicLong();

  private LocalRecord record;
  private InetSocketAddress listening;
  private @Nullable DiscoveryV4 v4;
  private @Nullable DiscoveryV5 v5;
  private @Nullable Thread dnsThread;
  private volatile long dnsFailures;
  private volatile boolean closed;

  // ---- confined to the loop
  private final PacketThrottle throttle;
  private final Set<Bytes32> accepted = new HashSet<>();
  private long refused;
  private long packetsIn;
  private long packetsDropped;

  private volatile DiscoveryStatus status =
      new DiscoveryStatus(0, 0, 0, OptionalLong.empty(), 0, 0, 0, 0, 0, 0);

  private DiscoveryService(DiscoveryConfig config) throws IOException {
    this.config = config;
    this.loop = new UdpLoop(InstantSource.system());
    this.throttle = new PacketThrottle(loop.nowNanos());
    this.file = new NodeFile(config.file());
    try {
      this.listening = loop.open(config.listenAddress(), this::onPacket);
    } catch (IOException taken) {
      loop.close();
      throw new IOException(
          "cannot listen for discovery on UDP "
              + IpText.plain(config.listenAddress().getAddress())
              + ", port "
              + config.listenAddress().getPort()
              + ": "
              + taken.getMessage(),
          taken);
    }
    NodeFile.Contents kept = file.read();
    Map<String, Bytes> entries = new HashMap<>(config.entries());
    LocalRecord.putEndpoint(entries, announcedAddress(), config.tcpPort(), listening.getPort());
    this.record =
        new LocalRecord(
            config.nodeKey(), entries, kept.self(), System.currentTimeMillis(), this::onOwnRecord);
    CompletableFuture<Boolean> ready = new CompletableFuture<>();
    loop.run(
        () -> {
          startProtocols(kept.nodes());
          ready.complete(true);
        });
    // so that the first stranger is answered in time; the loop goes on by itself if it takes longer
    ready.completeOnTimeout(false, READY_LIMIT_SECONDS, TimeUnit.SECONDS).join();
  }

  /**
   * Opens the port and starts; returns when it can answer, some 0.3 s later.
   *
   * @throws IOException if the port cannot be had
   */
  public static DiscoveryService start(DiscoveryConfig config) throws IOException {
    DiscoveryService service = new DiscoveryService(config);
    service.startDns();
    LOG.info(
        "Discovery started on UDP port {} ({} starting nodes, {} DNS lists)",
        service.listening.getPort(),
        config.bootnodes().size(),
        config.trees().size());
    return service;
  }

  private InetAddress announcedAddress() {
    InetAddress announced = config.announcedAddress();
    if (announced != null) {
      return announced;
    }
    InetAddress bound = listening.getAddress();
    return bound.isAnyLocalAddress() ? InetAddress.getLoopbackAddress() : bound;
  }

  // ---- the loop ------------------------------------------------------------------------------

  private void startProtocols(List<KnownNode> kept) {
    List<KnownNode> seeds = new ArrayList<>(config.bootnodes());
    if (!seeds.isEmpty()) {
      seeds.addAll(kept); // whoever names no starting nodes wants to contact nobody
    }
    seeds.removeIf(node -> !config.rules().allows(node.address()));
    NodeId self = NodeId.of(config.nodeKey().publicKey());
    if (config.v4()) {
      NodeTable table = new NodeTable(self.hash());
      DiscoveryV4 protocol = new DiscoveryV4(config.nodeKey(), record, table, config.rules(), loop);
      protocol.warmUp();
      protocol.feed(startWalk(self, table, protocol, seeds));
      v4 = protocol;
    }
    if (config.v5()) {
      NodeTable table = new NodeTable(self.hash());
      DiscoveryV5 protocol =
          new DiscoveryV5(
              config.nodeKey(), record, table, config.rules(), loop, config.talk(), random);
      protocol.warmUp();
      protocol.feed(startWalk(self, table, protocol, seeds));
      v5 = protocol;
    }
    loop.after(SAVE_NANOS, this::saveAgain);
    loop.after(STATUS_NANOS, this::refreshStatus);
  }

  private NodeWalk startWalk(
      NodeId self, NodeTable table, NodeQueries protocol, List<KnownNode> seeds) {
    NodeWalk walk =
        new NodeWalk(
            Target.of(self.publicKey()),
            table,
            protocol,
            loop,
            random,
            seeds,
            config.source()::wantsMore,
            node -> {
              NodeRecord found = node.record();
              if (found != null) {
                onFound(node, found);
              }
            });
    parts.add(new Part(table, walk));
    walk.start();
    return walk;
  }

  private void onPacket(InetSocketAddress from, @Nullable Bytes packet) {
    packetsIn++;
    if (closed || packet == null || !throttle.admits(from.getAddress(), loop.nowNanos())) {
      packetsDropped++;
      return;
    }
    DiscoveryV4 four = v4;
    DiscoveryV5 five = v5;
    if (four != null && PacketsV4.isV4(packet)) {
      four.onPacket(from, packet);
    } else if (five != null) {
      five.onPacket(from, packet);
    }
  }

  private void onFound(KnownNode node, NodeRecord found) {
    if (closed || node.tcpPort() == 0 || !config.source().accepts(found)) {
      refused++;
      return;
    }
    if (accepted.size() < ACCEPTED_MAX && accepted.add(node.hash())) {
      LOG.debug("Found {}", node.enode());
    }
    config.source().onFound(node.enode(), found);
  }

  private void onOwnRecord(NodeRecord own) {
    LOG.debug("Our node record is {}", own);
    loop.run(() -> save(own));
  }

  private void saveAgain() {
    save(record.get());
    loop.after(SAVE_NANOS, this::saveAgain);
  }

  /** A file of some ten kilobytes once a minute: short enough for the loop. */
  private void save(NodeRecord own) {
    List<KnownNode> proven = new ArrayList<>();
    for (Part part : parts) {
      proven.addAll(part.table().proven(closed ? 0 : SAVE_MIN_AGE_NANOS, loop.nowNanos()));
    }
    Map<Bytes32, KnownNode> each = new HashMap<>();
    for (KnownNode node : proven.isEmpty() ? file.read().nodes() : proven) {
      each.merge(node.hash(), node, (a, b) -> a.record() == null ? b : a);
    }
    file.write(own, List.copyOf(each.values()));
  }

  private void refreshStatus() {
    int known = 0;
    int live = 0;
    long lookups = 0;
    OptionalLong last = OptionalLong.empty();
    for (Part part : parts) {
      known += part.table().size();
      live += part.table().liveCount();
      lookups += part.walk().lookups();
      OptionalLong own = part.walk().lastLookupSeconds();
      if (own.isPresent() && own.getAsLong() > last.orElse(0)) {
        last = own;
      }
    }
    status =
        new DiscoveryStatus(
            known,
            live,
            lookups,
            last,
            accepted.size(),
            refused,
            dnsNodes.get(),
            dnsFailures,
            packetsIn,
            packetsDropped);
    loop.after(STATUS_NANOS, this::refreshStatus);
  }

  // ---- DNS -----------------------------------------------------------------------------------

  private void startDns() {
    if (!config.trees().isEmpty()) {
      dnsThread = Thread.ofVirtual().name("discovery-dns").start(this::walkDns);
    }
  }

  private void walkDns() {
    TreeWalk walk =
        new TreeWalk(
            config.trees(), config.resolver(), random, System.nanoTime(), this::onDnsRecord);
    try {
      while (!closed) {
        long wait = config.source().wantsMore() ? walk.step(System.nanoTime()) : DNS_REST_NANOS;
        dnsFailures = walk.failures();
        TimeUnit.NANOSECONDS.sleep(Math.min(wait, DNS_REST_NANOS));
      }
    } catch (InterruptedException ended) {
      Thread.currentThread().interrupt();
    }
  }

  private void onDnsRecord(NodeRecord found) {
    dnsNodes.incrementAndGet();
    loop.run(
        () -> {
          // DNS lists are public: nobody may send us into our own network through one
          Optional<InetAddress> ip = found.ip();
          if (ip.isPresent() && found.tcp().orElse(0) > 0 && config.rules().believesDns(ip.get())) {
            onFound(
                new KnownNode(
                    NodeId.of(found.publicKey()),
                    ip.get(),
                    Math.max(1, found.udp().orElse(1)),
                    found.tcp().orElse(0),
                    found),
                found);
          }
        });
  }

  // ---- any thread ----------------------------------------------------------------------------

  /** The bound UDP address. */
  public InetSocketAddress listening() {
    return listening;
  }

  /** Our record as it is now. */
  public NodeRecord nodeRecord() {
    return record.get();
  }

  /** Sets an entry of our record; a change raises its sequence number. */
  public void setEntry(String key, Bytes rlpValue) {
    record.set(key, rlpValue);
  }

  /** What discovery is doing, at most about a second old. */
  public DiscoveryStatus status() {
    return status;
  }

  /** Sends a TALKREQ; the future is empty when there is no answer, never failed. */
  public CompletableFuture<Optional<Bytes>> talk(NodeRecord node, String protocol, Bytes request) {
    CompletableFuture<Optional<Bytes>> answer = new CompletableFuture<>();
    loop.run(
        () -> {
          Optional<KnownNode> known = KnownNode.of(node);
          DiscoveryV5 five = v5;
          if (known.isEmpty() || five == null || closed) {
            answer.complete(Optional.empty());
          } else {
            five.talk(known.get(), protocol, request, answer::complete);
          }
        });
    return closed ? CompletableFuture.completedFuture(Optional.empty()) : answer;
  }

  /** Saves what is known and frees the port; waits for that, a few seconds at most. */
  @Override
  public void close() {
    if (closed) {
      return;
    }
    CompletableFuture<Boolean> saved = new CompletableFuture<>();
    loop.run(
        () -> {
          closed = true;
          parts.forEach(part -> part.walk().end());
          save(record.get());
          saved.complete(true);
        });
    Thread dns = dnsThread;
    if (dns != null) {
      dns.interrupt();
    }
    try {
      boolean unused = saved.get(CLOSE_LIMIT_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException stuck) {
      LOG.debug("Discovery did not save its nodes: {}", stuck.toString());
    }
    closed = true;
    loop.close();
  }

  /** Hears of new records of ours, beginning with the present one; for what announces it. */
  public void onRecord(Consumer<NodeRecord> listener) {
    record.listen(listener);
  }
}
