package io.lesnode.app.node;

import io.lesnode.app.config.ChainSettings;
import io.lesnode.app.config.EndpointSettings;
import io.lesnode.app.config.HttpSettings;
import io.lesnode.app.config.PeerSettings;
import io.lesnode.app.metrics.PageServer;
import io.lesnode.devp2p.Enode;
import io.lesnode.les.client.LightClient;
import io.lesnode.les.client.LightClientBuilder;
import io.lesnode.payment.ChainHead;
import io.lesnode.payment.MethodId;
import io.lesnode.payment.Signer;
import io.lesnode.payment.cheque.AccountBook2;
import io.lesnode.payment.cheque.ChequeMethod;
import io.lesnode.payment.cheque.ChequePayer;
import io.lesnode.payment.cheque.ChequeSettings;
import io.lesnode.payment.ledger.DurableBatches;
import io.lesnode.payment.ledger.Ledger;
import io.lesnode.payment.ledger.LedgerHistory;
import io.lesnode.payment.ledger.LedgerStoreException;
import io.lesnode.payment.rocks.RocksLedgerStore;
import io.lesnode.payment.signing.MemorySigner;
import io.lesnode.payment.transactions.SettlementRunner;
import io.lesnode.payment.transactions.Transactor;
import io.lesnode.payment.transactions.TransactorSettings;
import io.lesnode.primitives.Address;
import io.lesnode.primitives.BlockHeader;
import io.lesnode.primitives.config.Genesis;
import io.lesnode.primitives.crypto.KeyPair;
import io.lesnode.rpc.RpcMethods;
import io.lesnode.rpc.light.LightEthBackend;
import io.lesnode.rpc.light.LightNodeBackend;
import io.lesnode.vip.LesChainView;
import io.lesnode.vip.pool.HostPayments;
import io.lesnode.vip.pool.PoolNode;
import io.lesnode.vip.pool.PoolSettings;
import io.lesnode.vip.pool.VipIdentity;
import io.lesnode.vipnode.pool.PoolRules;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.tuweni.units.bigints.UInt256;

/**
 * A pool with what it needs around it: its books, the chain that it reads as a light client, and
 * where people see it. {@link #close} ends the parts from the outside in.
 */
public final class PoolProcess implements AutoCloseable {
  private static final String BOOKS = "pool";
  private static final int MOST_MEMBERS = 10_000;

  private final Parts parts;
  private final PoolNode pool;
  private final Endpoints endpoints;
  private final Optional<String> page;

  private PoolProcess(Parts parts, PoolNode pool, Endpoints endpoints, Optional<String> page) {
    this.parts = parts;
    this.pool = pool;
    this.endpoints = endpoints;
    this.page = page;
  }

  /**
   * All that a pool is made from.
   *
   * @param servers enode URLs of LES servers that prove the chain to it
   * @param account pays hosts and is paid by clients
   * @param book the account book on the chain
   * @param depositWei what is put on chain for a host when what is there runs out; zero: nothing is
   * @param status where the pages are; empty: nowhere
   */
  public record Settings(
      ChainSettings chain,
      PeerSettings peers,
      HttpSettings http,
      EndpointSettings endpoints,
      List<Enode> servers,
      PoolRules rules,
      KeyPair account,
      Address book,
      UInt256 depositWei,
      Optional<InetSocketAddress> status) {
    /** Copies the list. */
    public Settings {
      servers = List.copyOf(servers);
    }

    /** Leaves the key out: this text may be logged. */
    @Override
    public String toString() {
      return "PoolProcess.Settings[account=" + account.address() + ", rules=" + rules + "]";
    }
  }

  /**
   * Starts a pool; its light client connects and syncs in the background.
   *
   * @throws NodeFailure if a port, a file or the folder cannot be used
   */
  public static PoolProcess start(Settings settings) {
    Parts parts = new Parts();
    try {
      return start(settings, parts);
    } catch (RuntimeException failed) {
      parts.close();
      throw failed;
    }
  }

  private static PoolProcess start(Settings settings, Parts parts) {
    ChainSettings chain = settings.chain();
    Genesis genesis = GenesisFile.read(chain);
    ChainFolder.folder(chain.datadir());
    String name = ClientVersion.text(settings.peers().identity());
    long networkId = chain.networkId().orElseGet(() -> genesis.config().chainId().toLong());
    LightClient client = parts.add("light client", lightClient(settings, genesis, networkId, name));
    GenesisFile.keep(chain);
    Ledger ledger = books(chain.datadir().resolve(BOOKS));
    PoolNode pool;
    try {
      pool = pool(settings, client, ledger, name, genesis);
    } catch (RuntimeException failed) {
      ledger.close();
      throw failed;
    }
    parts.add("pool", pool);
    parts.add("heads", client.onHead(change -> pool.onHead(head(change.head()))));
    pool.onHead(head(client.head()));
    LedgerHistory history = ledger.history();
    RpcMethods methods =
        new RpcMethods(
                new LightEthBackend(client),
                new LightNodeBackend(client, name, networkId),
                settings.http().limits())
            .with(
                Map.of("pool_status", args -> PoolPages.json(pool.status())),
                Map.of("vip_statement", args -> PoolPages.statement(history)));
    Endpoints endpoints =
        new RpcEndpoints(parts, chain.datadir(), methods)
            .open(
                pool.enode().toString(),
                settings.http(),
                settings.endpoints(),
                () -> LightNode.picture(client, Optional.empty()));
    parts.add("endpoints file", endpoints.publish(chain.datadir()));
    Optional<String> page =
        settings
            .status()
            .map(
                address ->
                    parts.add(
                        "status page",
                        Listening.open(
                            "the status page",
                            address,
                            "--pool.status.port",
                            () -> PageServer.start(address, "pages", PoolPages.of(pool::status)))))
            .map(server -> Listening.url("http", server.address()));
    return new PoolProcess(parts, pool, endpoints, page);
  }

  /** The chain is read through LES; this side has an identity of its own and takes nobody in. */
  private static LightClient lightClient(
      Settings settings, Genesis genesis, long networkId, String name) {
    LightClientBuilder builder =
        LightClientBuilder.of(genesis, settings.chain().datadir().resolve("lightchaindata"))
            .networkId(networkId)
            .nodeKey(KeyPair.generate(new SecureRandom()))
            .clientName(name)
            .servers(settings.servers())
            .sealCheck(ChainFolder.sealCheck(settings.chain()));
    return Listening.open("peers", new InetSocketAddress(0), "--server", builder::start);
  }

  private static Ledger books(Path folder) {
    try {
      return Ledger.open(RocksLedgerStore.open(folder));
    } catch (LedgerStoreException unusable) {
      throw new NodeFailure(
          "the pool's books in " + folder + " cannot be used",
          String.valueOf(unusable.getMessage()),
          "",
          unusable);
    }
  }

  private static PoolNode pool(
      Settings settings, LightClient client, Ledger ledger, String name, Genesis genesis) {
    InstantSource clock = InstantSource.system();
    LesChainView view = new LesChainView(client);
    Signer signer = new MemorySigner(settings.account());
    VipIdentity self =
        new VipIdentity(
            NodeIdentity.load(settings.peers(), settings.chain().datadir()),
            Optional.of(signer),
            UInt256.valueOf(genesis.config().chainId().toLong()),
            view.genesisHash());
    AccountBook2 book = new AccountBook2(view.chainId(), settings.book());
    DurableBatches batches = ledger.durableBatches(clock);
    Transactor transactor = new Transactor(signer, view, batches, TransactorSettings.standard());
    ChequeMethod cheques =
        new ChequeMethod(
            book, ChequeSettings.standard(signer.address()), view, Optional.of(signer));
    HostPayments hosts =
        new HostPayments(
            new ChequePayer(signer, view, batches, transactor),
            ledger,
            batches,
            settings.depositWei());
    SettlementRunner settlements =
        new SettlementRunner(List.of(cheques), transactor, view, batches);
    InetSocketAddress address = Listening.address(settings.peers());
    PoolSettings poolSettings =
        PoolSettings.of(
            name,
            Optional.of(address),
            settings.peers().maxPeers().orElse(MOST_MEMBERS),
            settings.rules(),
            new SecureRandom().nextLong());
    PoolNode.Money money =
        new PoolNode.Money(List.of(cheques), Optional.of(hosts), Optional.of(settlements));
    return Listening.open(
        "members",
        address,
        "--port",
        () -> PoolNode.start(self, poolSettings, ledger, money, clock));
  }

  private static ChainHead head(BlockHeader header) {
    return new ChainHead(header.number(), header.hash(), header.timestamp());
  }

  /** By which method members pay: for what a command prints. */
  public static String method() {
    return MethodId.CHEQUE.text();
  }

  /** Where members connect. */
  public Enode enode() {
    return pool.enode();
  }

  /** Where it can be reached. */
  public Endpoints endpoints() {
    return endpoints;
  }

  /** Where its status is shown. */
  public Optional<String> page() {
    return page;
  }

  @Override
  public void close() {
    parts.close();
  }
}
