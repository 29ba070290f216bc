package io.lesnode.app.node;

import io.lesnode.app.config.ChainSettings;
import io.lesnode.app.config.EndpointSettings;
import io.lesnode.app.config.HttpSettings;
import io.lesnode.app.config.PeerSettings;
import io.lesnode.app.config.SyncSettings;
import io.lesnode.app.metrics.MetricsSource;
import io.lesnode.chain.state.GenesisState;
import io.lesnode.devp2p.Enode;
import io.lesnode.les.client.LightClient;
import io.lesnode.les.client.LightClientBuilder;
import io.lesnode.les.client.discovery.DiscoveredServers;
import io.lesnode.payment.ledger.LedgerStoreException;
import io.lesnode.primitives.BlockHeader;
import io.lesnode.primitives.config.ForkId;
import io.lesnode.primitives.config.Genesis;
import io.lesnode.primitives.crypto.KeyPair;
import io.lesnode.rpc.AccountKeys;
import io.lesnode.rpc.RpcMethods;
import io.lesnode.rpc.light.LightEthBackend;
import io.lesnode.rpc.light.LightNodeBackend;
import io.lesnode.vip.VipClient;
import io.lesnode.vip.VipOptions;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/** A light client with JSON-RPC. {@link #close} ends callers first, then the client. */
public final class LightNode implements AutoCloseable {
  private final Parts parts;
  private final LightClient client;
  private final Endpoints endpoints;

  private LightNode(Parts parts, LightClient client, Endpoints endpoints) {
    this.parts = parts;
    this.client = client;
    this.endpoints = endpoints;
  }

  /**
   * All that a light node is made from.
   *
   * @param servers enode URLs of LES servers
   * @param sync where it begins and whom it believes
   * @param keys accounts that sign for callers
   * @param vip how service is bought, if it is
   * @param pool which pool finds and pays servers, if one does; then {@code vip} is empty
   */
  public record Settings(
      ChainSettings chain,
      PeerSettings peers,
      HttpSettings http,
      EndpointSettings endpoints,
      List<Enode> servers,
      SyncSettings sync,
      AccountKeys keys,
      Optional<VipBuyerSettings> vip,
      Optional<PoolClientSettings> pool) {
    /** Copies the list. */
    public Settings {
      servers = List.copyOf(servers);
    }

    /** A node that is in no pool. */
    public Settings(
        ChainSettings chain,
        PeerSettings peers,
        HttpSettings http,
        EndpointSettings endpoints,
        List<Enode> servers,
        SyncSettings sync,
        AccountKeys keys,
        Optional<VipBuyerSettings> vip) {
      this(chain, peers, http, endpoints, servers, sync, keys, vip, Optional.empty());
    }

    /** A node that buys nothing. */
    public Settings(
        ChainSettings chain,
        PeerSettings peers,
        HttpSettings http,
        EndpointSettings endpoints,
        List<Enode> servers,
        SyncSettings sync,
        AccountKeys keys) {
      this(chain, peers, http, endpoints, servers, sync, keys, Optional.empty(), Optional.empty());
    }

    /** The same node, buying service. */
    public Settings withVip(VipBuyerSettings buying) {
      return new Settings(
          chain, peers, http, endpoints, servers, sync, keys, Optional.of(buying), pool);
    }

    /** The same node, with servers that a pool finds and pays. */
    public Settings withPool(PoolClientSettings joining) {
      return new Settings(
          chain, peers, http, endpoints, servers, sync, keys, vip, Optional.of(joining));
    }

    /** A node without accounts. */
    public Settings(
        ChainSettings chain,
        PeerSettings peers,
        HttpSettings http,
        EndpointSettings endpoints,
        List<Enode> servers,
        SyncSettings sync) {
      this(chain, peers, http, endpoints, servers, sync, AccountKeys.NONE);
    }

    /** A node that begins where the default is. */
    public Settings(
        ChainSettings chain,
        PeerSettings peers,
        HttpSettings http,
        EndpointSettings endpoints,
        List<Enode> servers) {
      this(chain, peers, http, endpoints, servers, SyncSettings.DEFAULT);
    }

    /** A node that can be reached over HTTP only. */
    public Settings(
        ChainSettings chain, PeerSettings peers, HttpSettings http, List<Enode> servers) {
      this(chain, peers, http, EndpointSettings.none(), servers);
    }
  }

  /**
   * Starts a light node; it connects and syncs in the background.
   *
   * @throws NodeFailure if a port, a file or the folder cannot be used
   * @throws io.lesnode.chain.store.StoreException if the database cannot be used
   */
  public static LightNode start(Settings settings) {
    Parts parts = new Parts();
    try {
      return start(settings, parts);
    } catch (RuntimeException failed) {
      parts.close();
      throw failed;
    }
  }

  private static LightNode start(Settings settings, Parts parts) {
    ChainSettings chain = settings.chain();
    Genesis genesis = GenesisFile.read(chain);
    ChainFolder.folder(chain.datadir());
    long networkId = chain.networkId().orElseGet(() -> genesis.config().chainId().toLong());
    String name = ClientVersion.text(settings.peers().identity());
    KeyPair nodeKey = NodeIdentity.load(settings.peers(), chain.datadir());
    LightClientBuilder builder =
        LightClientBuilder.of(genesis, chain.datadir().resolve("lightchaindata"))
            .memoryDirectory(chain.datadir().resolve("les.client"))
            .networkId(networkId)
            .nodeKey(nodeKey)
            .clientName(name)
            .servers(settings.servers())
            .sealCheck(ChainFolder.sealCheck(chain));
    apply(settings.sync(), builder);
    InetSocketAddress address = Listening.address(settings.peers());
    if (settings.peers().listen()) {
      builder.listenAddress(address);
    }
    BlockHeader first = GenesisState.of(genesis).block().header();
    AtomicReference<BlockHeader> head = new AtomicReference<>(first);
    Optional<DiscoveredServers> discovered =
        LightDiscovery.open(
            settings.peers(),
            nodeKey,
            chain.datadir(),
            ForkId.Schedule.of(genesis.config(), first.hash()),
            () -> Objects.requireNonNullElse(head.get(), first));
    discovered.ifPresent(
        found -> {
          parts.add("discovery", found); // the client closes it too, unless it does not start
          builder.serverSources(List.of(found)).serverQuery(found);
        });
    Optional<PoolBuying> pool =
        settings.pool().map(joining -> new PoolBuying(joining, genesis, nodeKey, builder));
    Optional<VipClient> vip = vip(settings, builder, address, parts);
    LightClient client =
        vip.isPresent()
            ? vip.get().client()
            : parts.add("light client", Listening.open("peers", address, "--port", builder::start));
    discovered.ifPresent(found -> found.service().onRecord(client.network()::announce));
    parts.add("head of discovery", client.onHead(change -> head.set(change.head())));
    head.set(client.head());
    pool.ifPresent(joining -> joining.start(client, genesis, chain.datadir(), name, parts));
    GenesisFile.keep(chain);
    RpcMethods methods =
        new RpcMethods(
                new LightEthBackend(client),
                new LightNodeBackend(client, name, networkId),
                settings.http().limits(),
                settings.keys())
            .with(
                Map.of(),
                vip.map(buying -> new VipClientMethods(buying).forOperator()).orElse(Map.of()));
    Endpoints endpoints =
        new RpcEndpoints(parts, chain.datadir(), methods)
            .open(
                client.network().self().toString(),
                settings.http(),
                settings.endpoints(),
                () -> picture(client, discovered));
    parts.add("endpoints file", endpoints.publish(chain.datadir()));
    return new LightNode(parts, client, endpoints);
  }

  private static Optional<VipClient> vip(
      Settings settings, LightClientBuilder builder, InetSocketAddress address, Parts parts) {
    if (settings.vip().isEmpty()) {
      return Optional.empty();
    }
    VipOptions options = settings.vip().get().options(settings.chain().datadir());
    try {
      return Optional.of(
          parts.add(
              "vip client",
              Listening.open("peers", address, "--port", () -> VipClient.start(builder, options))));
    } catch (LedgerStoreException | IllegalArgumentException unusable) {
      throw new NodeFailure(
          "the records of payments in " + settings.chain().datadir() + " cannot be used",
          String.valueOf(unusable.getMessage()),
          "Nothing is bought without them; end the other program, or put back a copy",
          unusable);
    }
  }

  private static void apply(SyncSettings sync, LightClientBuilder builder) {
    builder.pruning(sync.pruning());
    sync.checkpoint().ifPresent(builder::checkpoint);
    sync.oracle().ifPresent(builder::oracle);
    if (sync.fixed()) {
      builder.ignoreAdvertisedCheckpoints();
    }
    if (!sync.trusted().isEmpty()) {
      builder.trustedServers(sync.trusted(), sync.fractionPercent());
    }
  }

  static MetricsSource.Picture picture(LightClient client, Optional<DiscoveredServers> discovered) {
    BlockHeader head = client.head();
    return new MetricsSource.Picture(
        Optional.empty(),
        client.network().peers().size(),
        head.number(),
        head.timestamp(),
        0,
        0,
        discovered.map(found -> found.service().status()));
  }

  /** Where it can be reached. */
  public Endpoints endpoints() {
    return endpoints;
  }

  /** The client, for what a command prints about it. */
  public LightClient client() {
    return client;
  }

  @Override
  public void close() {
    parts.close();
  }
}
