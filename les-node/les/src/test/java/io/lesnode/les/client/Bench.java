package io.lesnode.les.client;

import io.lesnode.chain.consensus.CliqueSnapshotStore;
import io.lesnode.chain.consensus.ConsensusRules;
import io.lesnode.chain.consensus.SealCheck;
import io.lesnode.chain.index.Sections;
import io.lesnode.devp2p.Enode;
import io.lesnode.devp2p.NodeInfo;
import io.lesnode.devp2p.PeerInfo;
import io.lesnode.devp2p.enr.NodeRecord;
import io.lesnode.les.wire.LesVersion;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/** A light client on virtual time with scripted servers. Confined to the test's thread. */
final class Bench {
  static final long SECOND = TimeUnit.SECONDS.toNanos(1);

  final VirtualLoop loop = new VirtualLoop();

  /** How far the time of day is ahead of the real one. */
  long aheadMillis;

  final InstantSource clock = () -> Instant.now().plusMillis(aheadMillis);
  final ServedChain chain;
  final MemoryStores stores;
  final LightEngine engine;
  final LightClient client;

  /** What the client draws from; a test may seed it anew. */
  final Random random = new Random(42);

  private long seed;

  Bench(ServedChain chain) {
    this(chain, new MemoryStores(), SealCheck.SKIP);
  }

  Bench(ServedChain chain, MemoryStores stores, SealCheck sealCheck) {
    this(
        chain,
        stores,
        sealCheck,
        new TrustedSections(new MemorySections(), TrustedSections.STANDARD),
        TxJournal.NONE,
        SyncPolicy.PLAIN);
  }

  Bench(ServedChain chain, MemoryStores stores, SealCheck sealCheck, TrustedSections trusted) {
    this(chain, stores, sealCheck, trusted, TxJournal.NONE, SyncPolicy.PLAIN);
  }

  Bench(ServedChain chain, MemoryStores stores, SealCheck sealCheck, TxJournal journal) {
    this(
        chain,
        stores,
        sealCheck,
        new TrustedSections(new MemorySections(), TrustedSections.STANDARD),
        journal,
        SyncPolicy.PLAIN);
  }

  Bench(
      ServedChain chain,
      MemoryStores stores,
      SealCheck sealCheck,
      TrustedSections trusted,
      TxJournal journal,
      SyncPolicy policy) {
    this(chain, stores, stores, stores, sealCheck, trusted, journal, policy);
  }

  /** A client whose headers and verified data are in a store on disk. */
  static Bench onDisk(ServedChain chain, DiskStores disk, TrustedSections trusted) {
    return new Bench(
        chain,
        new MemoryStores(),
        disk,
        disk,
        SealCheck.SKIP,
        trusted,
        TxJournal.NONE,
        SyncPolicy.PLAIN);
  }

  private Bench(
      ServedChain chain,
      MemoryStores stores,
      HeaderStore headerStore,
      VerifiedStore verifiedStore,
      SealCheck sealCheck,
      TrustedSections trusted,
      TxJournal journal,
      SyncPolicy policy) {
    this.chain = chain;
    this.stores = stores;
    LightEngine.ChainSpec spec =
        new LightEngine.ChainSpec(
            chain.header(0), chain.genesis().config(), chain.networkId(), rules(chain, sealCheck));
    engine =
        new LightEngine(
            new LightEngine.Threads(loop, Runnable::run, Runnable::run, random, clock),
            spec,
            headerStore,
            verifiedStore,
            trusted,
            journal,
            policy,
            10,
            List.of());
    client = new LightClient(engine, loop, new NoNetwork());
  }

  static ConsensusRules rules(ServedChain chain, SealCheck sealCheck) {
    return ConsensusRules.of(
        chain.genesis().config(), sealCheck, CliqueSnapshotStore.NONE, InstantSource.system());
  }

  /** A client that follows another policy, over sections of any size. */
  static Bench following(ServedChain chain, SyncPolicy policy, Sections sections) {
    return new Bench(
        chain,
        new MemoryStores(),
        SealCheck.SKIP,
        new TrustedSections(new MemorySections(), sections),
        TxJournal.NONE,
        policy);
  }

  /** A server of the chain, not yet connected. */
  FakeServer server(String name) {
    return server(name, chain, LesVersion.LES4);
  }

  FakeServer server(String name, ServedChain served, LesVersion version) {
    return new FakeServer(loop, name, served, version, ++seed);
  }

  /** Runs until the client's head is the given one. */
  void runUntilHead(AnnouncedHead head) {
    try {
      loop.runUntil(() -> client.head().hash().equals(head.hash()), 600 * SECOND);
    } catch (AssertionError e) {
      throw new AssertionError(
          chain.name() + ": " + client.status().message() + ", " + client.servers(), e);
    }
  }

  /** The client has no network of its own here. */
  private static final class NoNetwork implements LightNetwork {
    @Override
    public Enode self() {
      throw new IllegalStateException("no network");
    }

    @Override
    public void addServer(Enode server) {
      throw new IllegalStateException("no network");
    }

    @Override
    public void removeServer(Enode server) {
      throw new IllegalStateException("no network");
    }

    @Override
    public NodeInfo nodeInfo() {
      throw new IllegalStateException("no network");
    }

    @Override
    public void announce(NodeRecord record) {}

    @Override
    public List<PeerInfo> peers() {
      return List.of();
    }

    @Override
    public void close() {}
  }
}
