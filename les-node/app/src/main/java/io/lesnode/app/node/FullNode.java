package io.lesnode.app.node;

import io.lesnode.app.config.ChainSettings;
import io.lesnode.app.config.EndpointSettings;
import io.lesnode.app.config.HttpSettings;
import io.lesnode.app.config.LightServeSettings;
import io.lesnode.app.config.PeerSettings;
import io.lesnode.app.config.VipServeSettings;
import io.lesnode.chain.blocks.Blockchain;
import io.lesnode.chain.index.Checkpoints;
import io.lesnode.chain.index.OracleConfig;
import io.lesnode.chain.index.Sections;
import io.lesnode.chain.pool.PoolOptions;
import io.lesnode.chain.pool.TxPool;
import io.lesnode.devp2p.P2pConfig;
import io.lesnode.devp2p.P2pServer;
import io.lesnode.devp2p.SubProtocol;
import io.lesnode.devp2p.discovery.DiscoveryService;
import io.lesnode.les.server.LesAdmin;
import io.lesnode.les.server.LesServer;
import io.lesnode.les.server.PoolRelay;
import io.lesnode.les.server.RequestBenchmark;
import io.lesnode.les.server.StoredChain;
import io.lesnode.primitives.crypto.KeyPair;
import io.lesnode.rpc.AccountKeys;
import io.lesnode.rpc.NodeBackend;
import io.lesnode.rpc.RpcMethods;
import io.lesnode.rpc.ServerBenchmark;
import io.lesnode.vip.VipServer;
import java.net.InetSocketAddress;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;

/**
 * A full node: chain, transaction pool, LES server, peers, JSON-RPC. Everything runs once {@link
 * #start} returns; {@link #close} ends the parts from the outside in: callers, sealing, peers, the
 * LES server, the pool, the chain, the store.
 */
public final class FullNode implements AutoCloseable {
  private final Parts parts;
  private final ChainFolder folder;
  private final Endpoints endpoints;
  private final Optional<LesAdmin> lesAdmin;
  private final Optional<VipServer> vip;

  private FullNode(
      Parts parts,
      ChainFolder folder,
      Endpoints endpoints,
      Optional<LesAdmin> lesAdmin,
      Optional<VipServer> vip) {
    this.parts = parts;
    this.folder = folder;
    this.endpoints = endpoints;
    this.lesAdmin = lesAdmin;
    this.vip = vip;
  }

  /**
   * All that a full node is made from.
   *
   * @param oracle where checkpoints are registered; empty: where the network has them
   * @param sealing starts what makes new blocks, given the chain and the pool; for dev chains
   * @param vip how priority is sold; empty: it is not
   */
  public record Settings(
      ChainSettings chain,
      PeerSettings peers,
      LightServeSettings light,
      HttpSettings http,
      EndpointSettings endpoints,
      Optional<OracleConfig> oracle,
      Optional<Sealing> sealing,
      Optional<VipServeSettings> vip) {
    /** A node that sells nothing. */
    public Settings(
        ChainSettings chain,
        PeerSettings peers,
        LightServeSettings light,
        HttpSettings http,
        EndpointSettings endpoints,
        Optional<OracleConfig> oracle,
        Optional<Sealing> sealing) {
      this(chain, peers, light, http, endpoints, oracle, sealing, Optional.empty());
    }

    /** A node that can be reached over HTTP only, with the oracle of its network. */
    public Settings(
        ChainSettings chain,
        PeerSettings peers,
        LightServeSettings light,
        HttpSettings http,
        Optional<Sealing> sealing) {
      this(chain, peers, light, http, EndpointSettings.none(), Optional.empty(), sealing);
    }
  }

  /** Starts making blocks. */
  @FunctionalInterface
  public interface Sealing {
    /** Returns what ends it. */
    AutoCloseable start(Blockchain chain, TxPool pool);
  }

  /**
   * Starts a node.
   *
   * @throws NodeFailure if a port, a file or the folder cannot be used
   * @throws io.lesnode.chain.store.StoreException if the database cannot be used
   */
  public static FullNode start(Settings settings) {
    Parts parts = new Parts();
    try {
      return start(settings, parts);
    } catch (RuntimeException failed) {
      parts.close();
      throw failed;
    }
  }

  private static FullNode start(Settings settings, Parts parts) {
    ChainFolder folder = parts.add("chain", ChainFolder.open(settings.chain()));
    KeyPair nodeKey = NodeIdentity.load(settings.peers(), settings.chain().datadir());
    Blockchain chain = folder.chain();
    TxPool pool = pool(parts, chain);
    long networkId = networkId(settings.chain(), folder);
    ServedIndex index =
        settings.light().servePercent() == 0
            ? ServedIndex.none()
            : ServedIndex.start(parts, chain, settings.oracle());
    Optional<LesServer> les = lesServer(settings, chain, index, pool, networkId, nodeKey, parts);
    Optional<PoolHosting> hosting =
        settings
            .vip()
            .flatMap(selling -> les.flatMap(it -> PoolHosting.of(selling, it, chain, nodeKey)));
    hosting.ifPresent(part -> parts.add("pool membership", part));
    Optional<VipServer> vip =
        settings
            .vip()
            .flatMap(
                selling ->
                    les.map(
                        server ->
                            VipService.start(
                                selling,
                                server,
                                chain,
                                pool,
                                nodeKey,
                                settings.chain().datadir(),
                                hosting,
                                parts)));
    String name = ClientVersion.text(settings.peers().identity());
    P2pServer p2p = parts.add("peers", p2p(settings, nodeKey, name, chain, les, vip));
    hosting.ifPresent(part -> part.started(p2p));
    Optional<DiscoveryService> discovery =
        ServerDiscovery.start(
            parts, settings.peers(), nodeKey, settings.chain().datadir(), p2p, chain, les, vip);
    settings.sealing().ifPresent(sealing -> parts.add("sealing", sealing.start(chain, pool)));
    Optional<LesAdmin> admin = les.map(Function.identity());
    Optional<ServerBenchmark> benchmark =
        admin.map(serving -> benchmark(settings.chain(), chain, pool, index.checkpoints()));
    NodeBackend backend =
        new P2pNodeBackend(
            p2p, chain, name, networkId, admin, benchmark, index.checkpoints(), index.contract());
    RpcMethods methods =
        new RpcMethods(
                new FullEthBackend(chain, pool),
                backend,
                settings.http().limits(),
                settings.sealing().isPresent()
                    ? AccountKeys.forEverybody(List.of(DevNode.FAUCET))
                    : AccountKeys.NONE)
            .with(
                vip.map(VipServerMethods::forEverybody).orElse(Map.of()),
                vip.map(VipServerMethods::forOperator).orElse(Map.of()));
    Endpoints endpoints =
        new RpcEndpoints(parts, settings.chain().datadir(), methods)
            .open(
                p2p.self().toString(),
                settings.http(),
                settings.endpoints(),
                new FullNodeFigures(p2p, chain, pool, admin, discovery, vip));
    parts.add("endpoints file", endpoints.publish(settings.chain().datadir()));
    return new FullNode(parts, folder, endpoints, admin, vip);
  }

  /** The transaction pool on a chain, with the thread that tells of its changes. */
  static TxPool pool(Parts parts, Blockchain chain) {
    ExecutorService poolEvents =
        parts.add(
            "pool events",
            Executors.newSingleThreadExecutor(
                Thread.ofPlatform().daemon().name("pool-events").factory()));
    return parts.add(
        "pool",
        new TxPool(
            chain,
            header -> chain.stateAfter(header)::account,
            PoolOptions.DEFAULT,
            poolEvents,
            InstantSource.system()));
  }

  private static ServerBenchmark benchmark(
      ChainSettings settings, Blockchain chain, TxPool pool, Checkpoints checkpoints) {
    return new StoreBenchmark(
        chain,
        settings.archive(),
        pool,
        checkpoints,
        settings.datadir(),
        RequestBenchmark.Progress.NONE);
  }

  static long networkId(ChainSettings settings, ChainFolder folder) {
    return settings.networkId().orElseGet(() -> folder.genesis().config().chainId().toLong());
  }

  private static Optional<LesServer> lesServer(
      Settings settings,
      Blockchain chain,
      ServedIndex index,
      TxPool pool,
      long networkId,
      KeyPair nodeKey,
      Parts parts) {
    if (settings.light().servePercent() == 0) {
      return Optional.empty();
    }
    return Optional.of(
        LightService.start(
            light(settings),
            networkId,
            new StoredChain(
                chain, settings.chain().archive(), Sections.STANDARD, index::registered),
            new PoolRelay(pool),
            nodeKey,
            settings.chain().datadir(),
            parts));
  }

  /** What a guaranteed trial and a most share of paying clients keep for the others. */
  private static LightServeSettings light(Settings settings) {
    LightServeSettings light = settings.light();
    int floor =
        settings
            .vip()
            .map(vip -> Math.max(light.freeFloorPercent(), vip.freeFloorPercent()))
            .orElse(light.freeFloorPercent());
    return light.withFreeFloor(Math.min(floor, 100 - light.reservePercent()));
  }

  private static P2pServer p2p(
      Settings settings,
      KeyPair nodeKey,
      String name,
      Blockchain chain,
      Optional<LesServer> les,
      Optional<VipServer> vip) {
    PeerSettings peers = settings.peers();
    int lightClients = les.isPresent() ? settings.light().maxClients() : 0;
    InetSocketAddress address = Listening.address(peers);
    P2pConfig.Builder config =
        P2pConfig.builder(nodeKey, name).maxPeers(peers.peerLimit(lightClients));
    ServerDiscovery.recordEntries(chain, les, vip).forEach(config::recordEntry);
    if (peers.listen()) {
      config.listenAddress(address);
    }
    List<SubProtocol> protocols = new ArrayList<>();
    les.ifPresent(protocols::add);
    vip.ifPresent(protocols::add);
    return Listening.open(
        "peers", address, "--port", () -> P2pServer.start(config.build(), protocols));
  }

  /** Where it can be reached. */
  public Endpoints endpoints() {
    return endpoints;
  }

  /** What the operator can do with its LES server, if it serves light clients. */
  public Optional<LesAdmin> lesAdmin() {
    return lesAdmin;
  }

  /** What sells priority, if it does. */
  public Optional<VipServer> vip() {
    return vip;
  }

  /** Its chain, for what a command prints about it. */
  public Blockchain chain() {
    return folder.chain();
  }

  @Override
  public void close() {
    parts.close();
  }
}
