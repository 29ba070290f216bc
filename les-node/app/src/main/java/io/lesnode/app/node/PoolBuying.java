package io.lesnode.app.node;

import io.lesnode.chain.state.GenesisState;
import io.lesnode.devp2p.Enode;
import io.lesnode.devp2p.P2pConfig;
import io.lesnode.devp2p.P2pServer;
import io.lesnode.les.client.LightClient;
import io.lesnode.les.client.LightClientBuilder;
import io.lesnode.les.wire.LesVersion;
import io.lesnode.payment.ChainHead;
import io.lesnode.payment.Signer;
import io.lesnode.payment.cheque.ChequePayer;
import io.lesnode.payment.ledger.DurableBatches;
import io.lesnode.payment.ledger.Ledger;
import io.lesnode.payment.ledger.LedgerStoreException;
import io.lesnode.payment.rocks.RocksLedgerStore;
import io.lesnode.payment.signing.MemorySigner;
import io.lesnode.payment.transactions.Transactor;
import io.lesnode.payment.transactions.TransactorSettings;
import io.lesnode.primitives.BlockHeader;
import io.lesnode.primitives.config.ForkId;
import io.lesnode.primitives.config.Genesis;
import io.lesnode.primitives.crypto.KeyPair;
import io.lesnode.vip.LesChainView;
import io.lesnode.vip.pool.CapacityMeter;
import io.lesnode.vip.pool.ClientMembership;
import io.lesnode.vip.pool.GrantShower;
import io.lesnode.vip.pool.PoolRouting;
import io.lesnode.vip.pool.VipIdentity;
import io.lesnode.vipnode.pool.PoolRules;
import io.lesnode.vipnode.pool.ServedChain;
import io.lesnode.vipnode.pool.TokenPrice;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;
import org.jspecify.annotations.Nullable;

/**
 * A light client's part in a pool. The connection with the pool is one of its own, with the same
 * node key; hosts are met where LES is spoken with them. Confined to the thread that starts the
 * node; what it opens belongs to the {@link Parts}.
 */
final class PoolBuying {
  private static final String BOOKS = "vip.pool";

  /** Intervals for which money is kept at the pool, at the highest price. */
  private static final long INTERVALS_KEPT = 2;

  private final PoolClientSettings settings;
  private final VipIdentity self;
  private final KeyPair nodeKey;
  private final CapacityMeter meter;
  private final GrantShower shower;
  private final AtomicReference<@Nullable LightClient> client = new AtomicReference<>();
  private final AtomicReference<@Nullable ClientMembership> membership = new AtomicReference<>();
  private final InstantSource clock = InstantSource.system();

  /** Prepares; the client that is built meets hosts. */
  PoolBuying(
      PoolClientSettings settings, Genesis genesis, KeyPair nodeKey, LightClientBuilder builder) {
    this.settings = settings;
    this.nodeKey = nodeKey;
    this.self =
        new VipIdentity(
            nodeKey,
            Optional.of(new MemorySigner(settings.account())),
            UInt256.valueOf(genesis.config().chainId().toLong()),
            GenesisState.of(genesis).block().hash());
    this.meter = new CapacityMeter(clock);
    this.shower = new GrantShower(self, meter, this::dial, this::onRefusedBy, clock);
    builder.protocol(shower);
  }

  /**
   * Joins the pool, now that there is a client.
   *
   * @throws NodeFailure if the books cannot be used
   */
  void start(LightClient started, Genesis genesis, Path datadir, String name, Parts parts) {
    client.set(started);
    PoolRules rules = PoolRules.standard();
    Signer signer = self.account().orElseThrow();
    LesChainView view = new LesChainView(started);
    Ledger ledger = parts.add("books of the pool", books(datadir.resolve(BOOKS)));
    DurableBatches batches = ledger.durableBatches(clock);
    Transactor transactor = new Transactor(signer, view, batches, TransactorSettings.standard());
    ClientMembership joined =
        new ClientMembership(
            self,
            settings.pool().nodeId().hash(),
            new ClientMembership.Wants(
                served(genesis, started.head()),
                settings.hosts(),
                settings.capacity(),
                settings.maxPrice(),
                balance(rules),
                settings.budgetWei(),
                settings.depositWei()),
            rules,
            new ChequePayer(signer, view, batches, transactor),
            meter,
            shower,
            clock);
    membership.set(joined);
    parts.add("pool membership", joined);
    parts.add("heads of the pool", started.onHead(change -> joined.onHead(head(change.head()))));
    P2pConfig config =
        P2pConfig.builder(nodeKey, name).staticNodes(List.of(settings.pool())).build();
    parts.add(
        "connection with the pool",
        Listening.open(
            "the pool",
            new InetSocketAddress(0),
            "--vip.pool",
            () -> P2pServer.start(config, List.of(PoolRouting.only(joined)))));
  }

  private void dial(Enode host) {
    LightClient started = client.get();
    if (started != null) {
      started.network().addServer(host);
    }
  }

  private void onRefusedBy(Bytes32 host) {
    ClientMembership joined = membership.get();
    if (joined != null) {
      joined.onRefusedBy(host);
    }
  }

  private static Ledger books(Path folder) {
    try {
      return Ledger.open(RocksLedgerStore.open(folder));
    } catch (LedgerStoreException unusable) {
      throw new NodeFailure(
          "the records of payments in " + folder + " cannot be used",
          String.valueOf(unusable.getMessage()),
          "Nothing is bought without them; end the other program, or put back a copy",
          unusable);
    }
  }

  private UInt256 balance(PoolRules rules) {
    long tokens = TokenPrice.tokens(settings.capacity(), rules.grantSeconds());
    UInt256 interval = settings.maxPrice().amountWei(tokens);
    UInt256 wanted = interval.multiply(UInt256.valueOf(INTERVALS_KEPT * settings.hosts()));
    return wanted.compareTo(settings.budgetWei()) < 0 ? wanted : settings.budgetWei();
  }

  private static ServedChain served(Genesis genesis, BlockHeader head) {
    ForkId.Schedule schedule =
        ForkId.Schedule.of(genesis.config(), GenesisState.of(genesis).block().hash());
    return new ServedChain(
        schedule.genesisHash(),
        schedule.idAt(head.number(), head.timestamp()).hash(),
        Arrays.stream(LesVersion.values()).map(LesVersion::number).collect(Collectors.toSet()));
  }

  private static ChainHead head(BlockHeader header) {
    return new ChainHead(header.number(), header.hash(), header.timestamp());
  }
}
