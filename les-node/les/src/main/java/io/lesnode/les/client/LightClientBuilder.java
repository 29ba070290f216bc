package io.lesnode.les.client;

import io.lesnode.chain.consensus.ConsensusRules;
import io.lesnode.chain.consensus.SealCheck;
import io.lesnode.chain.index.CheckpointEntry;
import io.lesnode.chain.index.OracleConfig;
import io.lesnode.chain.state.GenesisState;
import io.lesnode.chain.store.ClientStore;
import io.lesnode.chain.store.LightStore;
import io.lesnode.chain.store.StoreException;
import io.lesnode.chain.store.StoreOptions;
import io.lesnode.devp2p.Enode;
import io.lesnode.devp2p.NodeInfo;
import io.lesnode.devp2p.P2pConfig;
import io.lesnode.devp2p.P2pServer;
import io.lesnode.devp2p.P2pTimings;
import io.lesnode.devp2p.PeerInfo;
import io.lesnode.devp2p.SubProtocol;
import io.lesnode.devp2p.enr.NodeRecord;
import io.lesnode.les.client.checkpoint.CheckpointPolicy;
import io.lesnode.les.client.pool.ServerPrices;
import io.lesnode.les.client.pool.ServerQuery;
import io.lesnode.les.client.pool.ServerSelection;
import io.lesnode.les.client.pool.ServerSource;
import io.lesnode.les.client.ulc.TrustedServers;
import io.lesnode.primitives.BlockHeader;
import io.lesnode.primitives.config.ChainConfig;
import io.lesnode.primitives.config.Genesis;
import io.lesnode.primitives.crypto.KeyPair;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Collects what a {@link LightClient} needs and starts it; got from {@link LightClient#builder}.
 * Confined to one thread; a builder can start several clients if their directories and keys differ.
 *
 * <p>Must be set: the chain. Should be set: a server, a directory. Everything else has the default
 * that its method names. Nothing listens and there is no RPC.
 */
public final class LightClientBuilder {
  private static final int DEFAULT_MAX_SERVERS = 10;
  private static final long CLOSE_LIMIT_SECONDS = 10;
  private static final String MEMORY_FOLDER = "les.client";

  private @Nullable Genesis genesis;
  private @Nullable Path directory;
  private @Nullable Long networkId;
  private KeyPair nodeKey = KeyPair.generate(new SecureRandom());
  private String clientName = "lesnode/v0.1.0/light";
  private List<Enode> servers = List.of();
  private SealCheck sealCheck = SealCheck.FULL;
  private int maxServers = DEFAULT_MAX_SERVERS;
  private boolean pruning = true;
  private @Nullable InetSocketAddress listenAddress;
  private P2pTimings timings = P2pTimings.STANDARD;
  private StoreOptions storeOptions = StoreOptions.light();
  private InstantSource clock = InstantSource.system();
  private @Nullable Path memoryDirectory;
  private List<ServerSource> sources = List.of();
  private ServerSelection selection = ServerSelection.standard();
  private ServerPrices prices = ServerPrices.FREE;
  private @Nullable ServerQuery query;

  private Optional<CheckpointEntry> checkpoint = Optional.empty();
  private boolean fixedStart;
  private Optional<OracleConfig> oracle = Optional.empty();
  private Optional<TrustedServers> trusted = Optional.empty();
  private List<Enode> trustedEnodes = List.of();
  private List<SubProtocol> protocols = List.of();

  private LightClientBuilder() {}

  static LightClientBuilder create() {
    return new LightClientBuilder();
  }

  /**
   * Starts with the chain of a genesis file; the network id is its chain id unless set.
   *
   * @param directory where headers and verified data are kept ({@code lightchaindata})
   */
  public static LightClientBuilder of(Genesis genesis, Path directory) {
    return new LightClientBuilder().genesis(genesis).directory(directory);
  }

  /** Sets the chain. There is no default: a wrong chain is worse than an error. */
  public LightClientBuilder genesis(Genesis chain) {
    this.genesis = chain;
    return this;
  }

  /**
   * Sets the chain by its genesis file, as geth has it.
   *
   * @throws io.lesnode.primitives.config.GenesisException if it cannot be read
   */
  public LightClientBuilder genesis(Path file) {
    return genesis(Genesis.read(file));
  }

  /**
   * Sets where headers and verified data are kept. Unless set, a folder for temporary files is made
   * and deleted at the end: fine for a try, but every start synchronises from the beginning, and
   * pending transactions are forgotten.
   */
  public LightClientBuilder directory(Path folder) {
    this.directory = folder;
    return this;
  }

  /** Sets the network id where it is not the chain id. */
  public LightClientBuilder networkId(long id) {
    this.networkId = id;
    return this;
  }

  /** Sets our identity; a new one unless set. */
  public LightClientBuilder nodeKey(KeyPair key) {
    this.nodeKey = key;
    return this;
  }

  /** Sets the name in our Hello. */
  public LightClientBuilder clientName(String name) {
    this.clientName = name;
    return this;
  }

  /** Sets the servers to keep connected. */
  public LightClientBuilder servers(List<Enode> enodes) {
    this.servers = List.copyOf(enodes);
    return this;
  }

  /**
   * Adds a server to keep connected.
   *
   * @param enodeUrl as {@code les server} prints it: {@code enode://…@host:port}
   * @throws IllegalArgumentException if it is no enode URL with an address and port
   */
  public LightClientBuilder server(String enodeUrl) {
    List<Enode> more = new ArrayList<>(servers);
    more.add(Enode.parse(enodeUrl));
    return servers(more);
  }

  /** Sets whether proof-of-work seals are checked; they are unless set. */
  public LightClientBuilder sealCheck(SealCheck check) {
    this.sealCheck = check;
    return this;
  }

  /** Sets how many servers may be used at once; 10 unless set, as geth's light client. */
  public LightClientBuilder maxServers(int limit) {
    this.maxServers = limit;
    return this;
  }

  /**
   * Sets whether headers that trusted sections prove are removed from the disk, the newest section
   * excepted; they are unless set (geth: --light.nopruning).
   */
  public LightClientBuilder pruning(boolean removeOldHeaders) {
    this.pruning = removeOldHeaders;
    return this;
  }

  /** Sets where servers are found besides those to keep; the client closes the sources. */
  public LightClientBuilder serverSources(List<ServerSource> found) {
    this.sources = List.copyOf(found);
    return this;
  }

  /** Replaces the strategy that picks the server to dial next; one instance per client. */
  public LightClientBuilder serverSelection(ServerSelection strategy) {
    this.selection = strategy;
    return this;
  }

  /** Sets what servers charge; nothing unless set. */
  public LightClientBuilder serverPrices(ServerPrices charged) {
    this.prices = charged;
    return this;
  }

  /** Asks servers whether they would take us before they are dialled. */
  public LightClientBuilder serverQuery(ServerQuery asked) {
    this.query = asked;
    return this;
  }

  /** Adds a protocol that is spoken beside LES on the same connections; it outlives the client. */
  public LightClientBuilder protocol(SubProtocol more) {
    List<SubProtocol> all = new ArrayList<>(protocols);
    all.add(more);
    this.protocols = List.copyOf(all);
    return this;
  }

  /** Accepts connections here too; a light client needs none. */
  public LightClientBuilder listenAddress(InetSocketAddress address) {
    this.listenAddress = address;
    return this;
  }

  /** Replaces the time limits of the network. */
  public LightClientBuilder timings(P2pTimings newTimings) {
    this.timings = newTimings;
    return this;
  }

  /**
   * Sets where the client remembers its servers and transactions ({@code les.client}); a folder of
   * that name inside the chain's directory unless set.
   */
  public LightClientBuilder memoryDirectory(Path folder) {
    this.memoryDirectory = folder;
    return this;
  }

  /** Replaces the memory limits of the store. */
  public LightClientBuilder storeOptions(StoreOptions options) {
    this.storeOptions = options;
    return this;
  }

  /** Replaces the clock that decides which blocks lie in the future. */
  public LightClientBuilder clock(InstantSource source) {
    this.clock = source;
    return this;
  }

  /**
   * Names a checkpoint to begin at instead of fetching every header: what a person trusts as much
   * as the program. A higher one that a server advertises is taken instead if enough signers of the
   * {@linkplain #oracle oracle} vouch for it.
   */
  public LightClientBuilder checkpoint(CheckpointEntry trusted) {
    this.checkpoint = Optional.of(trusted);
    return this;
  }

  /** Begins at the {@link #checkpoint} or, without one, at the genesis block, in any case. */
  public LightClientBuilder ignoreAdvertisedCheckpoints() {
    this.fixedStart = true;
    return this;
  }

  /**
   * Sets whose signatures make a checkpoint of a server good; that of the public network, if it has
   * one, unless set.
   */
  public LightClientBuilder oracle(OracleConfig config) {
    this.oracle = Optional.of(config);
    return this;
  }

  /**
   * Makes this an ultra light client: a head counts when enough of these servers announce it, and
   * proof of work is not checked. They are kept connected like {@link #servers}.
   *
   * @param fractionPercent which share of them must agree, 1 to 100
   * @throws IllegalArgumentException if there is none or the share is impossible
   */
  public LightClientBuilder trustedServers(List<Enode> enodes, int fractionPercent) {
    this.trusted =
        Optional.of(
            new TrustedServers(
                enodes.stream().map(Enode::nodeId).collect(Collectors.toUnmodifiableSet()),
                fractionPercent));
    this.trustedEnodes = List.copyOf(enodes);
    return this;
  }

  /**
   * Opens the store, starts the threads and the network.
   *
   * @throws StoreException if the directory cannot be used, is locked, or holds another chain
   * @throws IOException if the listening address cannot be used
   */
  public LightClient start() throws IOException {
    Genesis chain = genesis;
    if (chain == null) {
      throw new IllegalStateException("no chain: give a genesis file with genesis(…)");
    }
    Path folder = directory;
    if (folder != null) {
      return start(chain, folder, null);
    }
    TemporaryDirectory temporary = TemporaryDirectory.create();
    try {
      return start(chain, temporary.path(), temporary);
    } catch (IOException | RuntimeException e) {
      temporary.close();
      throw e;
    }
  }

  private LightClient start(Genesis chain, Path folder, @Nullable TemporaryDirectory temporary)
      throws IOException {
    BlockHeader genesisHeader = GenesisState.of(chain).block().header();
    LightStore store = LightStore.open(folder, storeOptions);
    try {
      store.initialize(genesisHeader);
      Path memoryFolder = memoryDirectory;
      ClientStore memory =
          ClientStore.open(memoryFolder == null ? folder.resolve(MEMORY_FOLDER) : memoryFolder);
      try {
        return start(chain, store, memory, genesisHeader, temporary);
      } catch (IOException | RuntimeException e) {
        memory.close();
        throw e;
      }
    } catch (IOException | RuntimeException e) {
      store.close();
      throw e;
    }
  }

  private LightClient start(
      Genesis chain,
      LightStore store,
      ClientStore memory,
      BlockHeader genesisHeader,
      @Nullable TemporaryDirectory temporary)
      throws IOException {
    ChainConfig config = chain.config();
    Long chosen = networkId;
    long network = chosen == null ? config.chainId().toLong() : chosen;
    DiskStores stores = new DiskStores(store);
    SealCheck seals = trusted.isPresent() ? SealCheck.SKIP : sealCheck;
    ConsensusRules rules = ConsensusRules.of(config, seals, stores, clock);
    List<Enode> dialled =
        Stream.concat(servers.stream(), trustedEnodes.stream()).distinct().toList();
    Optional<OracleConfig> judge =
        oracle.or(() -> OracleConfig.ofNetwork(genesisHeader.hash())).filter(any -> !fixedStart);
    ThreadClientLoop loop = ThreadClientLoop.start("light-client");
    ExecutorService workers =
        Executors.newFixedThreadPool(
            Math.max(1, Runtime.getRuntime().availableProcessors()), daemons("light-verify-"));
    ExecutorService writer = Executors.newSingleThreadExecutor(daemons("light-headers-"));
    ExecutorService keeper = Executors.newSingleThreadExecutor(daemons("light-memory-"));
    ExecutorService sections = Executors.newSingleThreadExecutor(daemons("light-sections-"));
    ServerSetup setup =
        new ServerSetup(
            maxServers,
            dialled,
            sources,
            selection,
            prices,
            query,
            new StoredServerMemory(memory, keeper),
            clock,
            TimeUnit.MILLISECONDS.toNanos(timings.redialMillis()));
    LightEngine engine =
        new LightEngine(
            new LightEngine.Threads(loop, workers, writer, new SecureRandom(), clock),
            new LightEngine.ChainSpec(genesisHeader, config, network, rules),
            stores,
            stores,
            new TrustedSections(
                new DiskSections(store, TrustedSections.STANDARD), TrustedSections.STANDARD),
            new StoredTxJournal(memory),
            new SyncPolicy(new CheckpointPolicy(checkpoint, fixedStart, judge), trusted),
            setup);
    Running running =
        new Running(engine, loop, workers, writer, keeper, sections, store, memory, temporary);
    try {
      P2pServer p2p =
          P2pServer.start(
              P2pConfig.builder(nodeKey, clientName)
                  .maxPeers(Math.max(maxServers, dialled.size()) * 3)
                  .trustedNodes(trustedEnodes)
                  .timings(timings)
                  .listenAddress(listenAddress)
                  .build(),
              Stream.concat(Stream.of(engine.protocol()), protocols.stream()).toList());
      running.p2p = p2p;
      loop.execute(() -> engine.servers().keeper().start(p2p::dialOnce));
      loop.execute(() -> engine.keepSections(sections, pruning));
    } catch (IOException | RuntimeException e) {
      running.close();
      throw e;
    }
    return new LightClient(engine, Awaiter.BLOCKING, running);
  }

  private static ThreadFactory daemons(String prefix) {
    return Thread.ofPlatform().daemon(true).name(prefix, 0).factory();
  }

  /** Everything a started client runs on. Thread-safe. */
  private static final class Running implements LightNetwork {
    private final LightEngine engine;
    private final ThreadClientLoop loop;
    private final ExecutorService workers;
    private final ExecutorService writer;
    private final ExecutorService keeper;
    private final ExecutorService sections;
    private final LightStore store;
    private final ClientStore memory;
    private final @Nullable TemporaryDirectory temporary;
    private final AtomicBoolean closed = new AtomicBoolean();
    private volatile @Nullable P2pServer p2p;

    private Running(
        LightEngine engine,
        ThreadClientLoop loop,
        ExecutorService workers,
        ExecutorService writer,
        ExecutorService keeper,
        ExecutorService sections,
        LightStore store,
        ClientStore memory,
        @Nullable TemporaryDirectory temporary) {
      this.temporary = temporary;
      this.keeper = keeper;
      this.sections = sections;
      this.memory = memory;
      this.engine = engine;
      this.loop = loop;
      this.workers = workers;
      this.writer = writer;
      this.store = store;
    }

    private P2pServer network() {
      P2pServer running = p2p;
      if (running == null) {
        throw new IllegalStateException("the network is not started");
      }
      return running;
    }

    @Override
    public Enode self() {
      return network().self();
    }

    @Override
    public NodeInfo nodeInfo() {
      return network().nodeInfo();
    }

    @Override
    public void announce(NodeRecord record) {
      network().announce(record);
    }

    @Override
    public List<PeerInfo> peers() {
      return network().peers();
    }

    @Override
    public void addServer(Enode server) {
      loop.execute(() -> engine.servers().want(server));
    }

    @Override
    public void removeServer(Enode server) {
      loop.execute(() -> engine.servers().unwant(server.nodeId()));
    }

    @Override
    public void foundServer(Enode server) {
      loop.execute(() -> engine.servers().keeper().onFound(server));
    }

    @Override
    public void onNetworkBack() {
      loop.execute(() -> engine.servers().onNetworkBack());
    }

    @Override
    public void close() {
      if (!closed.compareAndSet(false, true)) {
        return;
      }
      CompletableFuture<Boolean> ended = new CompletableFuture<>();
      loop.execute(
          () -> {
            engine.close();
            ended.complete(true);
          });
      ended.completeOnTimeout(false, CLOSE_LIMIT_SECONDS, TimeUnit.SECONDS).join();
      P2pServer running = p2p;
      if (running != null) {
        running.close();
      }
      loop.close();
      end(workers);
      end(writer);
      end(keeper);
      end(sections);
      memory.close();
      store.close();
      TemporaryDirectory made = temporary;
      if (made != null) {
        made.close();
      }
    }

    private static void end(ExecutorService executor) {
      executor.shutdown();
      try {
        if (!executor.awaitTermination(CLOSE_LIMIT_SECONDS, TimeUnit.SECONDS)) {
          executor.shutdownNow();
        }
      } catch (InterruptedException e) {
        executor.shutdownNow();
        Thread.currentThread().interrupt();
      }
    }
  }
}
