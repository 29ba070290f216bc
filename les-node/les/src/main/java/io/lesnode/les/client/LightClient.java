package io.lesnode.les.client;

import io.lesnode.chain.blocks.Subscription;
import io.lesnode.chain.index.CheckpointEntry;
import io.lesnode.chain.index.Checkpoints;
import io.lesnode.devp2p.IpText;
import io.lesnode.evm.state.StateReader;
import io.lesnode.les.client.Retrieval.Failed;
import io.lesnode.les.client.Retrieval.Retrieved;
import io.lesnode.les.client.access.KnownState;
import io.lesnode.les.client.access.StateItem;
import io.lesnode.les.client.freshness.Freshness;
import io.lesnode.les.client.logs.FoundLog;
import io.lesnode.les.client.logs.LogLimits;
import io.lesnode.les.client.logs.LogQuery;
import io.lesnode.primitives.Account;
import io.lesnode.primitives.Address;
import io.lesnode.primitives.BlockBody;
import io.lesnode.primitives.BlockHeader;
import io.lesnode.primitives.Receipt;
import io.lesnode.primitives.Transaction;
import io.lesnode.primitives.config.ChainConfig;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;

/**
 * A light client: the verified header chain, and everything in its blocks and states on demand.
 *
 * <p>Thread-safe. The methods block their caller, usually a virtual thread, until a verified answer
 * is here or it is certain that there is none; then the {@link Retrieval} says why. An interrupted
 * caller gets {@link RetrievalFailure.GivenUp} at once. Nothing that was not verified against a
 * header of our chain is ever returned. Made by {@link LightClientBuilder}; several may live in one
 * JVM.
 */
public final class LightClient implements AutoCloseable {
  private final LightEngine engine;
  private final Awaiter awaiter;
  private final LightNetwork network;

  LightClient(LightEngine engine, Awaiter awaiter, LightNetwork network) {
    this.engine = engine;
    this.awaiter = awaiter;
    this.network = network;
  }

  /** A builder of clients; what it must be told is the chain and, to be of use, a server. */
  public static LightClientBuilder builder() {
    return LightClientBuilder.create();
  }

  /**
   * This client for callers who wait no longer than until {@code limit} from now; their calls fail
   * with {@link RetrievalFailure.GivenUp} then. Make one for each thing to do; closing it closes
   * this client. Without it, a call ends by itself after a minute at the latest.
   */
  public LightClient within(Duration limit) {
    long deadlineNanos = System.nanoTime() + limit.toNanos();
    return new LightClient(engine, awaiter.until(deadlineNanos), network);
  }

  /** This client for callers who do not wait: the same questions, answered by futures. */
  public AsyncLightClient async() {
    return new AsyncLightClient(this);
  }

  /**
   * Waits until our head is the newest that any connected server announced, for as long as it takes
   * unless limited by {@link #within}; the head then. {@link #status} tells what it waits for.
   */
  public Retrieval<BlockHeader> awaitSynced() {
    return guarded(() -> awaiter.await(engine.synced()));
  }

  /** The network side: where we are, whom we dial. */
  public LightNetwork network() {
    return network;
  }

  /** The fork rules of the chain. */
  public ChainConfig config() {
    return engine.spec().config();
  }

  /** The network id. */
  public long networkId() {
    return engine.spec().networkId();
  }

  /** The genesis header. */
  public BlockHeader genesis() {
    return engine.spec().genesis();
  }

  /** The heaviest verified header. */
  public BlockHeader head() {
    return engine.chain().head().header();
  }

  /** A canonical header; empty above the head. */
  public Optional<BlockHeader> header(long number) {
    return Optional.ofNullable(engine.chain().canonical(number));
  }

  /** A verified header, canonical or not. */
  public Optional<BlockHeader> header(Bytes32 hash) {
    return Optional.ofNullable(engine.chain().known(hash)).map(HeaderChain.Head::header);
  }

  /**
   * The canonical header at a height, fetched and proven by a trusted section where it is not here;
   * empty above the head.
   */
  public Retrieval<Optional<BlockHeader>> headerAt(long number) {
    return guarded(() -> awaiter.await(engine.oldHeaders().byNumber(number)))
        .map(found -> found.map(VerifiedOldHeader::header));
  }

  /**
   * A header by its hash, canonical or not; one that was here and was removed is fetched again and
   * proven. Empty where we never had it.
   */
  public Retrieval<Optional<BlockHeader>> headerOf(Bytes32 hash) {
    return guarded(() -> awaiter.await(engine.oldHeaders().byHash(hash)))
        .map(found -> found.map(VerifiedOldHeader::header));
  }

  /**
   * The canonical headers of these heights, none above the head; those that are not here are
   * fetched and proven in few requests.
   */
  public Retrieval<List<VerifiedOldHeader>> headersAt(List<Long> numbers) {
    return guarded(() -> awaiter.await(engine.oldHeaders().byNumbers(numbers)));
  }

  /** Whether a header is part of the heaviest chain. */
  public boolean isCanonical(BlockHeader header) {
    return header.hash().equals(engine.chain().canonicalHash(header.number()));
  }

  /** The total difficulty up to and including a verified header. */
  public Optional<UInt256> totalDifficulty(Bytes32 hash) {
    return Optional.ofNullable(engine.chain().known(hash)).map(HeaderChain.Head::totalDifficulty);
  }

  /** Who sealed a block: the coinbase, or under clique the signer. */
  public Address author(BlockHeader header) {
    return engine.spec().rules().author(header);
  }

  /** What the client is doing, and what it waits for. */
  public SyncStatus status() {
    return onLoop(() -> engine.sync().status(), new SyncStatus.Closed());
  }

  /**
   * How old the head is and whether a server vouches for it now. While the machine has no network,
   * {@link #head} still answers with the last head that was verified; this tells that it is old.
   */
  public Freshness freshness() {
    Freshness unknown =
        new Freshness(
            head().number(),
            Instant.ofEpochSecond(head().timestamp()),
            Duration.ZERO,
            Optional.empty(),
            false,
            false);
    return onLoop(engine::freshness, unknown);
  }

  /**
   * Calls {@code listener} on the client loop after every change of the head, in order; it must not
   * block. A change that happens during this call may be missed: read {@link #head} afterwards.
   *
   * @return ends the calls when closed; one under way may still finish
   */
  public Subscription onHead(Consumer<HeadChange> listener) {
    Consumer<HeadChange> registered = change -> listener.accept(change);
    engine.loop().execute(() -> engine.sync().onHead(registered));
    return () -> engine.loop().execute(() -> engine.sync().removeHeadListener(registered));
  }

  /**
   * The sections of the chain that we trust: configured, signed by the oracle, or built from our
   * own headers. Reads the disk.
   */
  public Checkpoints checkpoints() {
    TrustedSections trusted = engine.trusted();
    return new Checkpoints() {
      @Override
      public Optional<CheckpointEntry> latest() {
        return trusted.newest();
      }

      @Override
      public Optional<CheckpointEntry> get(long sectionIndex) {
        return trusted.get(sectionIndex);
      }
    };
  }

  /** The connected servers. */
  public List<ServerInfo> servers() {
    return onLoop(() -> engine.servers().all().stream().map(this::describe).toList(), List.of());
  }

  private ServerInfo describe(ServerPeer server) {
    boolean usable = server.isUsable();
    return new ServerInfo(
        server.id().toHex(),
        server.link().clientName(),
        IpText.of(server.link().remoteAddress()),
        server.version().number(),
        phaseName(server.phase()),
        usable ? server.head().hash() : null,
        usable ? server.head().number() : 0,
        usable ? server.head().totalDifficulty() : null,
        usable ? server.creditEstimate(engine.loop().nowNanos()) : 0,
        usable ? server.bufferLimit() : 0,
        usable ? server.minRecharge() : 0,
        server.requests(),
        server.stops(),
        engine.servers().keeper().keeps(server.id()),
        server
            .answers()
            .snapshot(engine.loop().nowNanos(), engine.servers().keeper().sessionValue(server)));
  }

  /** The servers that are known, connected or not, with the time of the next dial. */
  public List<KnownServer> knownServers() {
    return onLoop(() -> engine.servers().known(), List.of());
  }

  /** How fast servers answered and what that is worth, as geth's {@code vflux_} methods. */
  public ServerStatistics statistics() {
    return new ServerStatistics(
        new ServerStatistics.Asker() {
          @Override
          public <T> Optional<T> onLoop(ServerStatistics.Inquiry<T> inquiry) {
            return LightClient.this.onLoop(
                () ->
                    Optional.of(
                        inquiry.ask(engine.servers().keeper().values(), engine.loop().nowNanos())),
                Optional.empty());
          }
        });
  }

  private static String phaseName(ServerPeer.Phase phase) {
    return switch (phase) {
      case ServerPeer.Phase.AwaitingStatus a -> "handshake";
      case ServerPeer.Phase.Active a -> "active";
      case ServerPeer.Phase.Frozen f -> "frozen";
      case ServerPeer.Phase.Closed c -> "closed";
    };
  }

  /** The body of a block. */
  public Retrieval<BlockBody> body(BlockHeader header) {
    return guarded(() -> awaiter.await(engine.onDemand().body(header)));
  }

  /** The receipts of a block, in the order of its transactions. */
  public Retrieval<List<Receipt>> receipts(BlockHeader header) {
    return guarded(() -> awaiter.await(engine.onDemand().receipts(header)));
  }

  /**
   * The logs of the canonical chain that match, oldest first. Blocks are ruled out by their blooms,
   * old ones by the bloom bits of the sections that we trust; what is left is fetched many blocks
   * at a time and verified.
   */
  public Retrieval<List<FoundLog>> logs(LogQuery query, LogLimits limits) {
    return guarded(() -> engine.logSearch().find(query, limits, awaiter));
  }

  /** A transaction in a block; empty if no server knows of any. */
  public Retrieval<Optional<IncludedTransaction>> transaction(Bytes32 hash) {
    return lookUpTransaction(hash)
        .map(
            lookup ->
                lookup instanceof TransactionLookup.Included(IncludedTransaction found)
                    ? Optional.of(found)
                    : Optional.empty());
  }

  /**
   * What is known of a transaction: its block, verified, or what the servers say of it. When no
   * connected server has an index of transactions, this fails with {@link
   * RetrievalFailure.NotServed}, which is not the same as {@link TransactionLookup.Unknown}.
   */
  public Retrieval<TransactionLookup> lookUpTransaction(Bytes32 hash) {
    Retrieval<TransactionLookup> answer = guarded(() -> awaiter.await(engine.finder().find(hash)));
    if (answer
        instanceof Retrieved<TransactionLookup>(TransactionLookup.Included(var transaction))) {
      engine.loop().execute(() -> engine.watch().onIncluded(transaction));
    }
    return answer;
  }

  /** A transaction that was sent through this client and was not seen in a block yet. */
  public Optional<Transaction> pendingTransaction(Bytes32 hash) {
    return onLoop(() -> engine.relay().pending(hash), Optional.empty());
  }

  /**
   * All transactions that were sent through this client, before its last start too, and were not
   * seen in a block yet; those of a sender in the order of their nonces.
   */
  public List<Transaction> pendingTransactions() {
    return onLoop(() -> engine.relay().pending(), List.of());
  }

  /**
   * The nonce for the next transaction of an account: the account's own at the head, or the first
   * after it that no pending transaction from here has.
   */
  public Retrieval<Long> nextNonce(Address address) {
    return account(head(), address)
        .map(account -> account.map(Account::nonce).orElse(0L))
        .map(nonce -> onLoop(() -> engine.relay().set().nextNonce(address, nonce), nonce));
  }

  /** Gives a pending transaction up: it is not sent again. What servers do with it, they do. */
  public void forgetTransaction(Bytes32 hash) {
    engine
        .loop()
        .execute(
            () -> {
              engine.relay().set().drop(hash);
              engine.relay().persist();
            });
  }

  /**
   * Sends a transaction. Success means that a server took it and that it is on our disk: it is sent
   * again until it is in a block, after a restart too. A failure carries the words of the servers
   * that refused it, or of our own checks, which are geth's: "nonce too low", "replacement
   * transaction underpriced".
   */
  public Retrieval<Bytes32> sendTransaction(Transaction transaction) {
    return guarded(() -> awaiter.await(engine.relay().send(transaction)));
  }

  /** An account in the state after a block; empty if there is none. */
  public Retrieval<Optional<Account>> account(BlockHeader header, Address address) {
    return fetch(header, List.of(new StateItem.OfAccount(address)))
        .map(known -> Optional.ofNullable(known.account(address)));
  }

  /**
   * Has servers prove accounts in the state after a block, even where that is known here already:
   * for measuring how one is served.
   *
   * @param addresses at least one
   * @return how many of them there are
   */
  public Retrieval<Integer> proveAccounts(BlockHeader header, List<Address> addresses) {
    List<Address> asked = List.copyOf(addresses);
    return guarded(() -> awaiter.await(engine.proofs().ask(header, asked)))
        .map(known -> (int) asked.stream().filter(any -> known.account(any) != null).count());
  }

  /** The code of an account in the state after a block; empty bytes if there is none. */
  public Retrieval<Bytes> code(BlockHeader header, Address address) {
    return fetch(header, List.of(new StateItem.OfCode(address))).map(known -> known.code(address));
  }

  /** A storage slot of an account in the state after a block; zero if there is none. */
  public Retrieval<UInt256> storage(BlockHeader header, Address address, UInt256 slot) {
    StateItem.OfSlot item = new StateItem.OfSlot(address, slot);
    return fetch(header, List.of(item)).map(known -> known.slot(item));
  }

  /** An account and some of its storage with their proofs. */
  public Retrieval<AccountProof> proof(BlockHeader header, Address address, List<UInt256> slots) {
    return guarded(() -> engine.proofs().proof(header, address, slots, awaiter));
  }

  private Retrieval<KnownState> fetch(BlockHeader header, List<StateItem> items) {
    return guarded(() -> awaiter.await(engine.proofs().fetch(header, new KnownState(), items)));
  }

  /** The state after a block, for executions. */
  public LightState state(BlockHeader header) {
    return new LightState(engine.proofs(), engine.executor(), header, awaiter);
  }

  /**
   * The state after a block for the EVM; fetched as it is read, so reading blocks, and each piece
   * costs a round trip: {@link #state} is faster. What cannot be had ends in {@link
   * io.lesnode.evm.state.MissingStateException} with a {@link RetrievalException} as cause.
   *
   * @param soon accounts that will surely be read; fetched at once in one round trip
   */
  public StateReader stateAt(BlockHeader header, Collection<Address> soon) {
    OnDemandState state = new OnDemandState(engine.proofs(), header, awaiter, new KnownState());
    state.prefetch(soon.stream().map(StateItem.OfAccount::new).toList());
    return state;
  }

  private <T> T onLoop(Supplier<T> question, T whenClosed) {
    CompletableFuture<T> answer = new CompletableFuture<>();
    return engine.loop().offer(() -> answer.complete(question.get()))
        ? awaiter.awaitLoop(answer)
        : whenClosed;
  }

  /** A caller who stops waiting is told so like any other failure. */
  private static <T> Retrieval<T> guarded(Supplier<Retrieval<T>> question) {
    try {
      return question.get();
    } catch (RetrievalException givenUp) {
      return new Failed<>(givenUp.failure());
    }
  }

  /** Disconnects, ends the threads and closes the store. Calls in progress fail with a reason. */
  @Override
  public void close() {
    network.close();
  }
}
