package io.lesnode.les.client;

import io.lesnode.chain.consensus.CliqueRules;
import io.lesnode.chain.consensus.ConsensusRules;
import io.lesnode.devp2p.Enode;
import io.lesnode.les.client.Retrieval.Failed;
import io.lesnode.les.client.Retrieval.Retrieved;
import io.lesnode.les.client.checkpoint.CheckpointPolicy;
import io.lesnode.les.client.freshness.Freshness;
import io.lesnode.primitives.BlockHeader;
import io.lesnode.primitives.config.ChainConfig;
import io.lesnode.primitives.config.ConsensusConfig;
import io.lesnode.primitives.config.ForkId;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.apache.tuweni.bytes.Bytes32;
import org.jspecify.annotations.Nullable;

/**
 * The parts of a light client wired together: everything but sockets, disk and threads, which are
 * given from outside. Tests run it on virtual time.
 */
final class LightEngine {
  /** How often somebody who waits for it has us look whether we are synchronised. */
  private static final long SYNCED_CHECK_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

  /**
   * Where things run.
   *
   * @param loop owns the protocol state
   * @param workers verify answers; any number of threads
   * @param headerWriter imports headers; one at a time, in order
   * @param random seeds request ids and samples; thread-safe
   * @param clock the time of day
   */
  record Threads(
      ClientLoop loop,
      Executor workers,
      Executor headerWriter,
      RandomGenerator random,
      InstantSource clock) {}

  /**
   * Which chain to follow.
   *
   * @param genesis its first header
   * @param config its fork rules
   * @param networkId its network id
   * @param rules its consensus rules
   */
  record ChainSpec(BlockHeader genesis, ChainConfig config, long networkId, ConsensusRules rules) {}

  private final ClientLoop loop;
  private final ServerTable servers;
  private final Retriever retriever;
  private final HeaderChain chain;
  private final HeaderSync sync;
  private final OnDemand onDemand;
  private final OnDemandProofs proofs;
  private final TrustedSections trusted;
  private final OldHeaders oldHeaders;
  private final SpeculativeExecutor executor;
  private final LogSearch logSearch;
  private final BloomBits bloomBits;
  private @Nullable SectionKeeper sections;
  private final TxRelay relay;
  private final TxWatch watch;
  private final TxFinder finder;
  private final LightNode node;
  private final WakeWatch wakeWatch;

  /** Who waits for us to be synchronised; confined to the loop. */
  private final List<CompletableFuture<Retrieval<BlockHeader>>> waiters = new ArrayList<>();

  private boolean syncedTimer;
  private boolean closed;
  private final ChainSpec spec;

  LightEngine(
      Threads threads,
      ChainSpec spec,
      HeaderStore headerStore,
      VerifiedStore verifiedStore,
      TrustedSections trusted,
      TxJournal journal,
      SyncPolicy policy,
      int maxServers,
      Collection<Enode> wanted) {
    this(
        threads,
        spec,
        headerStore,
        verifiedStore,
        trusted,
        journal,
        policy,
        ServerSetup.forgetful(maxServers, wanted));
  }

  LightEngine(
      Threads threads,
      ChainSpec spec,
      HeaderStore headerStore,
      VerifiedStore verifiedStore,
      TrustedSections trusted,
      TxJournal journal,
      SyncPolicy policy,
      ServerSetup setup) {
    this.spec = spec;
    loop = threads.loop();
    servers = new ServerTable(loop, setup, threads.random());
    retriever = new Retriever(loop, servers, threads.workers(), threads.random());
    chain = new HeaderChain(headerStore, spec.rules(), spec.genesis());
    ConsensusConfig consensus = spec.config().consensus();
    boolean everySeal = consensus instanceof ConsensusConfig.Clique;
    HeaderChecks checks = new HeaderChecks(spec.rules(), everySeal, threads.random());
    sync =
        new HeaderSync(
            new SyncTools(loop, servers, retriever, chain, checks, threads.headerWriter()),
            policy,
            trusted,
            new CheckpointPolicy.Cut(trusted.sections(), epochBlocks(consensus)));
    wakeWatch =
        new WakeWatch(
            loop,
            servers,
            retriever,
            chain,
            threads.clock(),
            spec.config().terminalTotalDifficulty());
    onDemand = new OnDemand(retriever, servers, loop, verifiedStore);
    proofs = new OnDemandProofs(loop, servers, retriever, verifiedStore, threads.workers());
    executor = new SpeculativeExecutor(proofs);
    this.trusted = trusted;
    oldHeaders = new OldHeaders(retriever, servers, loop, chain, headerStore, trusted);
    bloomBits = new BloomBits(retriever, servers, loop, verifiedStore, trusted);
    logSearch =
        new LogSearch(
            chain, headerStore, trusted, oldHeaders, bloomBits, onDemand, threads.workers());
    AccountSource accounts = AccountSource.of(proofs);
    relay =
        new TxRelay(
            loop,
            servers,
            retriever,
            chain,
            spec.config(),
            accounts,
            () -> sync.status() instanceof SyncStatus.Synced,
            journal,
            new SerialTasks(threads.workers()));
    watch = new TxWatch(loop, servers, chain, onDemand, accounts, relay, threads.workers());
    finder =
        new TxFinder(
            loop, servers, retriever, chain, oldHeaders, onDemand, threads.workers(), relay);
    node =
        new LightNode(
            loop,
            new OurChain(spec, chain),
            servers,
            retriever,
            new HeadEvents(),
            id -> policy.trusted().map(known -> known.contains(id)).orElse(false));
    sync.onHead(change -> watch.onNewHead());
  }

  /** Under clique a chain can only be gone on from where a header lists the signers. */
  private static long epochBlocks(ConsensusConfig consensus) {
    return switch (consensus) {
      case ConsensusConfig.Ethash() -> 1;
      case ConsensusConfig.Clique(long periodSeconds, long epochBlocks) ->
          epochBlocks == 0 ? CliqueRules.DEFAULT_EPOCH_BLOCKS : epochBlocks;
    };
  }

  ClientLoop loop() {
    return loop;
  }

  ChainSpec spec() {
    return spec;
  }

  ServerTable servers() {
    return servers;
  }

  Retriever retriever() {
    return retriever;
  }

  HeaderChain chain() {
    return chain;
  }

  HeaderSync sync() {
    return sync;
  }

  /** How fresh the head is; on the loop. */
  Freshness freshness() {
    return wakeWatch.freshness(sync.status() instanceof SyncStatus.Synced);
  }

  OnDemand onDemand() {
    return onDemand;
  }

  OnDemandProofs proofs() {
    return proofs;
  }

  /** The sections that prove old headers and bloom bits. */
  TrustedSections trusted() {
    return trusted;
  }

  /** Finds logs. */
  LogSearch logSearch() {
    return logSearch;
  }

  /** Canonical headers at any height. */
  OldHeaders oldHeaders() {
    return oldHeaders;
  }

  SpeculativeExecutor executor() {
    return executor;
  }

  TxRelay relay() {
    return relay;
  }

  TxWatch watch() {
    return watch;
  }

  TxFinder finder() {
    return finder;
  }

  /** The sub-protocol to register with the network. */
  LesClientProtocol protocol() {
    return new LesClientProtocol(loop, node);
  }

  /** The head as soon as it is the newest that we know of. Any thread. */
  CompletableFuture<Retrieval<BlockHeader>> synced() {
    CompletableFuture<Retrieval<BlockHeader>> result = new CompletableFuture<>();
    if (!loop.offer(
        () -> {
          waiters.add(result);
          if (closed) {
            giveUpWaiters();
          } else {
            checkSynced();
          }
        })) {
      result.complete(new Failed<>(new RetrievalFailure.ClientClosed("the newest head")));
    }
    return result;
  }

  private void checkSynced() {
    waiters.removeIf(CompletableFuture::isDone);
    if (waiters.isEmpty()) {
      return;
    }
    if (sync.status() instanceof SyncStatus.Synced) {
      waiters.forEach(waiter -> waiter.complete(new Retrieved<>(chain.head().header())));
      waiters.clear();
    } else if (!syncedTimer) {
      syncedTimer = true;
      loop.schedule(
          SYNCED_CHECK_NANOS,
          () -> {
            syncedTimer = false;
            checkSynced();
          });
    }
  }

  private void giveUpWaiters() {
    waiters.forEach(
        waiter ->
            waiter.complete(new Failed<>(new RetrievalFailure.ClientClosed("the newest head"))));
    waiters.clear();
  }

  /**
   * Builds sections from our own headers from now on, and removes old headers if wanted; on the
   * client loop.
   */
  void keepSections(Executor background, boolean pruning) {
    SectionKeeper keeper = new SectionKeeper(loop, chain, trusted, bloomBits, background, pruning);
    sections = keeper;
    sync.onHead(change -> keeper.onHead());
    keeper.start();
  }

  /** Gives up everything; on the client loop. */
  void close() {
    closed = true;
    if (sections != null) {
      sections.close();
    }
    giveUpWaiters();
    sync.close();
    wakeWatch.close();
    servers.close();
    retriever.close();
  }

  /** What the servers claim concerns the sync, and our transactions when one is new. */
  private final class HeadEvents implements LightNode.HeadListener {
    @Override
    public void onServerHead(ServerPeer server) {
      sync.onServerHead(server);
      if (!server.terms().announceOnly()) {
        watch.onServer(server);
      }
    }

    @Override
    public void onServerGone(ServerPeer server) {
      sync.onServerGone(server);
      wakeWatch.onGone(server);
    }

    @Override
    public void onHeard(ServerPeer server) {
      wakeWatch.onHeard(server);
    }
  }

  /** Our side of the handshake. */
  private static final class OurChain implements Handshake.LocalChain {
    private final ChainSpec spec;
    private final HeaderChain chain;
    private final ForkId.Schedule schedule;

    private OurChain(ChainSpec spec, HeaderChain chain) {
      this.spec = spec;
      this.chain = chain;
      this.schedule = ForkId.Schedule.of(spec.config(), spec.genesis().hash());
    }

    @Override
    public Bytes32 genesisHash() {
      return spec.genesis().hash();
    }

    @Override
    public long networkId() {
      return spec.networkId();
    }

    @Override
    public ForkId forkId() {
      BlockHeader head = chain.head().header();
      return schedule.idAt(head.number(), head.timestamp());
    }

    @Override
    public @Nullable String forkIdFault(ForkId remote) {
      BlockHeader head = chain.head().header();
      ForkId.Verdict verdict = schedule.judge(remote, head.number(), head.timestamp());
      return verdict == ForkId.Verdict.COMPATIBLE ? null : verdict.text();
    }
  }
}
