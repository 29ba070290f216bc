package io.lesnode.les.server;

import io.lesnode.devp2p.Capability;
import io.lesnode.devp2p.PeerLink;
import io.lesnode.devp2p.PeerSession;
import io.lesnode.devp2p.SubProtocol;
import io.lesnode.les.wire.LesLimits;
import io.lesnode.les.wire.LesVersion;
import io.lesnode.primitives.crypto.KeyPair;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.apache.tuweni.bytes.Bytes32;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A LES server on les/2, les/3 and les/4: hand it to the P2P server as a sub-protocol.
 *
 * <p>Thread-safe: every call only enqueues to the server's node loop. {@link #close} after the P2P
 * server is closed.
 */
public final class LesServer implements SubProtocol, AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(LesServer.class);

  private final ThreadedNodeLoop loop;
  private final WorkerPool workers;
  private final ServerState state;
  private final ServedChain.Subscription heads;

  private LesServer(
      ThreadedNodeLoop loop,
      WorkerPool workers,
      ServerState state,
      ServedChain.Subscription heads) {
    this.loop = loop;
    this.workers = workers;
    this.state = state;
    this.heads = heads;
  }

  /**
   * Starts a server.
   *
   * @param nodeKey the key of the node, which signs announcements
   */
  public static LesServer start(
      LesServerConfig config, ServedChain chain, TransactionRelay pool, KeyPair nodeKey) {
    ThreadedNodeLoop loop = new ThreadedNodeLoop("les-server");
    WorkerPool workers =
        WorkerPool.ofThreads(
            new RequestServer(chain, pool), loop, config.servePercent(), config.workerThreads());
    ServerState state = new ServerState(config, chain, loop, workers, new SplittableRandom());
    HeadWatch watch =
        new HeadWatch(
            chain, head -> loop.execute(() -> state.announce(new HeadAnnouncement(head, nodeKey))));
    loop.execute(state::start);
    LesServer server = new LesServer(loop, workers, state, chain.subscribe(watch));
    LOG.info(
        "LES server: {} % of a thread, {} clients at most, {} workers, capacity {} per client",
        config.servePercent(),
        config.maxClients(),
        config.workerThreads(),
        config.costModel().minCapacity());
    return server;
  }

  @Override
  public List<Capability> capabilities() {
    return Arrays.stream(LesVersion.values())
        .map(version -> new Capability("les", version.number(), version.messageCount()))
        .toList();
  }

  @Override
  public int maxPayloadBytes() {
    return LesLimits.MAX_MESSAGE_BYTES;
  }

  @Override
  public PeerSession accept(PeerLink link, Capability negotiated) {
    LesVersion version = LesVersion.ofNumber(negotiated.version()).orElseThrow();
    Backlog backlog = new Backlog(link);
    ServedPeer peer = new ServedPeer(state, link, version, backlog);
    loop.execute(() -> state.onPeerAccepted(peer));
    return new ServerSession(version, backlog, loop, peer);
  }

  /** Whether our chain is complete; while it is not, light clients are turned away. */
  public void setSynced(boolean synced) {
    loop.execute(() -> state.setSynced(synced));
  }

  /** Whether a block is being imported; meanwhile clients get no more than they were promised. */
  public void setImporting(boolean importing) {
    loop.execute(() -> state.setImporting(importing));
  }

  /**
   * Gives a connected client another capacity.
   *
   * @param nodeId keccak256 of its public key
   * @param capacity units per millisecond
   */
  public void setCapacity(Bytes32 nodeId, long capacity) {
    loop.execute(() -> state.client(nodeId).ifPresent(client -> client.setCapacity(capacity)));
  }

  /** Stops announcing and serving; peers are not disconnected, that is the P2P server's part. */
  @Override
  public void close() {
    heads.cancel();
    workers.close();
    loop.close();
  }
}
