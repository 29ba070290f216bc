package io.lesnode.benchmarks.load;

import io.lesnode.devp2p.Capability;
import io.lesnode.devp2p.DisconnectReason;
import io.lesnode.devp2p.Enode;
import io.lesnode.devp2p.NodeId;
import io.lesnode.devp2p.P2pConfig;
import io.lesnode.devp2p.P2pLoops;
import io.lesnode.devp2p.P2pServer;
import io.lesnode.devp2p.P2pTimings;
import io.lesnode.devp2p.PeerLink;
import io.lesnode.devp2p.PeerSession;
import io.lesnode.devp2p.SubProtocol;
import io.lesnode.flowcontrol.cost.RequestKind;
import io.lesnode.les.wire.LesCodec;
import io.lesnode.les.wire.LesMessage;
import io.lesnode.les.wire.LesVersion;
import io.lesnode.primitives.crypto.Keccak;
import io.lesnode.primitives.crypto.KeyPair;
import io.lesnode.primitives.rlp.RlpReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.HdrHistogram.Histogram;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A crowd of light clients of one server, each with its own key and connection, on a few shared
 * threads. They speak les/4, take the chain from the server's Status and believe its answers: this
 * is for load, not for verification.
 *
 * <p>Thread-safe: public methods enqueue to the load loop.
 */
public final class LoadClients implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(LoadClients.class);
  private static final long REDIAL_MILLIS = 1_000;
  private static final long DIAL_INTERVAL_NANOS = 5_000_000;
  private static final long LONGEST_LATENCY_NANOS = 60_000_000_000L;

  private final Enode server;
  private final P2pLoops loops;
  private final LoadLoop loop = new LoadLoop();
  private final List<LoadClient> clients = new ArrayList<>();
  private final List<P2pServer> nodes = new ArrayList<>();
  private final Map<String, Histogram> latencies = new LinkedHashMap<>();
  private final Map<String, Long> disconnects = new TreeMap<>();
  private LoadTarget target = new LoadTarget(0, Bytes32.ZERO, List.of(Bytes32.ZERO));
  private boolean running;
  private volatile boolean scouting = true;

  /**
   * Clients that will connect to a server.
   *
   * @param ioThreads how many threads their connections share
   */
  public LoadClients(Enode server, int ioThreads) {
    this.server = server;
    this.loops = P2pLoops.of(1, ioThreads);
  }

  LoadLoop loop() {
    return loop;
  }

  LoadTarget target() {
    return target;
  }

  /** Adds a group and dials, one client after the other. */
  public List<LoadClient> add(LoadGroup group) {
    List<LoadClient> added = new ArrayList<>();
    List<KeyPair> keys = new ArrayList<>();
    for (int i = 0; i < group.clients(); i++) {
      KeyPair key = group.key(i);
      keys.add(key);
      added.add(
          new LoadClient(this, group, NodeId.of(key.publicKey()), group.name().hashCode() + i));
    }
    loop.execute(
        () -> {
          latencies.computeIfAbsent(group.name(), n -> new Histogram(LONGEST_LATENCY_NANOS, 3));
          clients.addAll(added);
          for (int i = 0; i < added.size(); i++) {
            LoadClient client = added.get(i);
            KeyPair key = keys.get(i);
            loop.schedule(i * DIAL_INTERVAL_NANOS, () -> dial(client, key));
          }
        });
    return added;
  }

  private void dial(LoadClient client, KeyPair key) {
    P2pConfig config =
        P2pConfig.builder(key, "les-load/v1/java")
            .staticNodes(List.of(server))
            .timings(P2pTimings.STANDARD.withRedialMillis(REDIAL_MILLIS))
            .build();
    try {
      nodes.add(P2pServer.start(config, List.of(new Protocol(client)), loops));
    } catch (IOException e) {
      throw new IllegalStateException("a node that does not listen cannot fail to", e);
    }
    if (running) {
      client.start();
    }
  }

  /** How many clients have shaken hands. */
  public int readyCount() {
    return loop.call(() -> (int) clients.stream().filter(LoadClient::isReady).count());
  }

  /** The capacity that a client was promised last; 0 while it is not connected. */
  public long capacity(LoadClient client) {
    return loop.call(client::capacity);
  }

  /** Starts asking. */
  public void start() {
    loop.execute(
        () -> {
          running = true;
          clients.forEach(LoadClient::start);
        });
  }

  /** Asks nothing more; what is under way may still be answered. */
  public void stop() {
    loop.execute(
        () -> {
          running = false;
          clients.forEach(LoadClient::stop);
        });
  }

  /** Forgets the latencies so far. */
  public void resetLatencies() {
    loop.call(
        () -> {
          latencies.values().forEach(Histogram::reset);
          return true;
        });
  }

  /** Latencies in nanoseconds of a group since the last reset; a copy. */
  public Histogram latencies(String group) {
    return loop.call(
        () -> {
          Histogram histogram = latencies.get(group);
          if (histogram == null) {
            throw new IllegalArgumentException("no group " + group);
          }
          return histogram.copy();
        });
  }

  /** How many connections ended, by reason. */
  public Map<String, Long> disconnects() {
    return loop.call(() -> Map.copyOf(disconnects));
  }

  void onReady(LoadClient client, long headNumber, Bytes32 headHash) {
    if (headNumber != target.headNumber()) {
      target = new LoadTarget(headNumber, headHash, List.of(headHash));
    }
    LOG.debug("{} is ready", client.id());
  }

  private void onHeaders(List<Bytes> headers) {
    if (!target.isKnown()) {
      List<Bytes32> hashes = new ArrayList<>(target.hashes());
      headers.forEach(header -> hashes.add(Bytes32.wrap(Keccak.keccak256(header))));
      target = new LoadTarget(target.headNumber(), target.headHash(), hashes);
      scouting = false;
    }
  }

  void onServed(LoadClient client, long latencyNanos) {
    Histogram histogram = latencies.get(client.group().name());
    if (histogram != null) {
      histogram.recordValue(Math.min(latencyNanos, LONGEST_LATENCY_NANOS));
    }
  }

  void onDisconnected(LoadClient client, DisconnectReason reason) {
    disconnects.merge(reason.text(), 1L, Long::sum);
    LOG.debug("{} was disconnected: {}", client.id(), reason);
  }

  @Override
  public void close() {
    List<P2pServer> open = loop.call(() -> List.copyOf(nodes));
    loop.close();
    open.parallelStream().forEach(P2pServer::close);
    loops.close();
  }

  /** LES as a client of one server. */
  private final class Protocol implements SubProtocol {
    private final LoadClient client;

    Protocol(LoadClient client) {
      this.client = client;
    }

    @Override
    public List<Capability> capabilities() {
      LesVersion version = LesVersion.LES4;
      return List.of(new Capability("les", version.number(), version.messageCount()));
    }

    @Override
    public PeerSession accept(PeerLink link, Capability negotiated) {
      loop.execute(() -> client.onOpened(link));
      return new Session(client, link);
    }
  }

  /** One connection; decodes no more than needed on its channel loop. */
  private final class Session implements PeerSession {
    private final LoadClient client;
    private final PeerLink link;

    Session(LoadClient client, PeerLink link) {
      this.client = client;
      this.link = link;
    }

    @Override
    public void onMessage(int code, Bytes payload) {
      if (isReply(code)) {
        long[] head =
            RlpReader.decode(
                payload,
                reader ->
                    reader.readList(
                        list -> {
                          long requestId = list.readUnsignedLong();
                          long bufferValue = list.readUnsignedLong();
                          list.skip();
                          return new long[] {requestId, bufferValue};
                        }));
        if (scouting && code == LesMessage.BlockHeaders.CODE) {
          LesMessage headers = LesCodec.decode(LesVersion.LES4, code, payload);
          loop.execute(() -> onHeaders(((LesMessage.BlockHeaders) headers).headers()));
        }
        loop.execute(() -> client.onReply(head[0], head[1]));
        return;
      }
      switch (LesCodec.decode(LesVersion.LES4, code, payload)) {
        case LesMessage.Status status -> loop.execute(() -> client.onStatus(status));
        case LesMessage.Announce announce -> loop.execute(() -> client.onAnnounce(announce));
        case LesMessage.Stop stop -> loop.execute(client::onStop);
        case LesMessage.Resume resume -> loop.execute(() -> client.onResume(resume.bufferValue()));
        case LesMessage other -> LOG.warn("a server sends {}", other.code());
      }
    }

    private static boolean isReply(int code) {
      return code > LesMessage.Announce.CODE
          && code < LesMessage.Stop.CODE
          && RequestKind.ofCode(code).isEmpty();
    }

    @Override
    public void onClosed(DisconnectReason reason, boolean byRemote) {
      loop.execute(() -> client.onClosed(link, reason));
    }
  }
}
